"""The linter finds each kind of mistake, says where, and has nothing to say of a good letter."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from firstbell.law.notices import Kind
from firstbell.letters.data import Earlier, Letter
from firstbell.letters.linter import Complaint, lint, lint_wording
from firstbell.letters.samples import SENT, sample
from firstbell.letters.wording import LANGUAGES, Wording, wording

FULL = ("en", "es")


def edited(language: str, **changes: str | None) -> Wording:
    """A wording with sentences changed; dots of the key are written as __, and None takes the sentence out."""
    said = wording(language)
    sentences = dict(said.sentences)
    for name, sentence in changes.items():
        key = name.replace("__", ".")
        if sentence is None:
            del sentences[key]
        else:
            sentences[key] = sentence
    return replace(said, sentences=sentences)


def rules(complaints: list[Complaint]) -> set[str]:
    return {complaint.rule for complaint in complaints}


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("language", FULL)
def test_a_good_letter_has_no_complaint(kind, language):
    assert lint(sample(kind, language)) == []


@pytest.mark.parametrize("language", FULL)
@pytest.mark.parametrize("on", [date(2025, 7, 1), SENT, date(2030, 1, 1)])
def test_our_full_languages_are_clean_from_the_day_of_the_seven_items(language, on):
    assert lint_wording(wording(language), on) == []


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language not in FULL])
def test_a_prepared_language_lacks_nothing_but_approval(language):
    found = lint_wording(wording(language), SENT)
    assert rules(found) == {"approval"}
    assert rules(lint(sample(Kind.CONFERENCE, language))) == {"approval"}


def test_an_approval_opens_a_language_until_its_text_changes():
    letter = sample(Kind.CONFERENCE, "hy")
    assert lint(letter, {"hy": wording("hy").digest}) == []
    (complaint,) = lint(letter, {"hy": "the digest of an older text"})
    assert complaint.found == "an approval of an earlier text"


@pytest.mark.parametrize(("sent_on", "stands"), [(date(2025, 6, 30), False), (date(2025, 7, 1), True)])
def test_t_21_the_seven_items_are_for_letters_from_july_2025(sent_on, stands):
    found = lint(sample(Kind.FIRST_TRUANCY, "en", sent_on))
    assert (found == []) is stands
    assert rules(found) <= {"required"}


@pytest.mark.parametrize(
    ("language", "sentence", "phrase"),
    [
        ("en", "You may be prosecuted under the Education Code.", "prosecuted"),
        ("en", "Parents may be guilty of an infraction.", "guilty"),
        ("en", "The student may lose the driver's license.", "driver's license"),
        ("es", "Los padres pueden ser culpables de una infracción.", "culpables"),
        ("es", "El estudiante puede perder la licencia de manejar.", "licencia de manejar"),
    ],
)
def test_t_22_a_threat_that_the_law_dropped_is_found(language, sentence, phrase):
    found = lint_wording(edited(language, first_truancy__next=sentence), date(2025, 9, 1))
    assert phrase in {complaint.found for complaint in found if complaint.rule == "forbidden"}
    assert {complaint.where for complaint in found} == {f"{language}: first_truancy.next"}


@pytest.mark.parametrize("language", ["en", "hy"])
@pytest.mark.parametrize(
    ("on", "found"), [(date(2025, 12, 31), False), (date(2026, 1, 1), True)], ids=["in force", "repealed"]
)
def test_a_repealed_section_is_found_in_any_language(language, on, found):
    said = edited(language, next_truancy__next="… 270.1 …")
    assert ("forbidden" in rules(lint_wording(said, on))) is found


@pytest.mark.parametrize("item", "abcdefg")
@pytest.mark.parametrize("how", [None, " "])
def test_each_of_the_seven_items_is_missed(item, how):
    found = lint_wording(edited("en", **{f"first_truancy__legal__{item}": how}), SENT)
    assert "en: first_truancy.legal" in {one.where for one in found if one.rule == "required"}


@pytest.mark.parametrize("field", ["name", "address", "reason", "meet"])
def test_each_of_the_four_fields_of_a_referral_is_missed(field):
    found = lint_wording(edited("es", **{f"sarb_referral__legal__{field}": None}), SENT)
    assert {"required", "items"} <= rules(found)


@pytest.mark.parametrize(
    ("changes", "rule", "where"),
    [
        ({"excessive_excused__health": None}, "items", "es: excessive_excused.health"),
        ({"correction__effect": " "}, "items", "es: correction.effect"),
        ({"conference__threat": "Venga."}, "items", "es: conference.threat"),
        ({"frame__call": "Llame a {person}, {title}. {opens} {closes}"}, "fields", "es: frame.call"),
        ({"frame__call": "Llame al {phone}, {title}. {opens} {closes}"}, "fields", "es: frame.call"),
        ({"sarb_referral__legal__name": "Vamos a otro lugar: {students}."}, "fields", "es: sarb_referral.legal.name"),
        ({"count__days__one": None}, "plural", "es: count.days.one"),
        ({"count__school_days__other": "días"}, "plural", "es: count.school_days.other"),
    ],
)
def test_a_language_that_does_not_say_the_same_is_found(changes, rule, where):
    found = lint_wording(edited("es", **changes), SENT)
    assert (rule, where) in {(one.rule, one.where) for one in found}


def test_hard_words_and_many_words_are_found():
    hard = "Noncompliance regarding compulsory attendance obligations necessitates administrative intervention. "
    found = lint_wording(edited("en", improvement__next=hard * 12), SENT)
    assert {(one.rule, one.where) for one in found} == {
        ("reading", "en: improvement"),
        ("length", "en: improvement"),
    }
    assert any("grade" in one.found for one in found)


def early(kind: Kind) -> Letter:
    """A letter dated a month before what it tells of."""
    letter = sample(kind, "en")
    return replace(letter, sent_on=letter.sent_on - timedelta(30))


SUMMARY = sample(Kind.SUMMARY, "en")
CORRECTION = sample(Kind.CORRECTION, "en")
LATER = Earlier(Kind.FIRST_TRUANCY, SENT + timedelta(1))


@pytest.mark.parametrize(
    ("rule", "where", "letter"),
    [
        ("contact", "to", replace(SUMMARY, to=replace(SUMMARY.to, restricted=True))),
        ("phone", "person.phone", replace(SUMMARY, person=replace(SUMMARY.person, phone="ext. 12"))),
        ("phone", "school.phone", replace(SUMMARY, school=replace(SUMMARY.school, phone="none"))),
        ("date", "students.0.occasions", early(Kind.FIRST_TRUANCY)),
        ("date", "students.0.spans", early(Kind.IMPROVEMENT)),
        ("date", "steps", early(Kind.SARB)),
        ("date", "earlier", replace(CORRECTION, earlier=LATER)),
        ("date", "meeting.on", replace(sample(Kind.CONFERENCE, "en"), sent_on=SENT + timedelta(12))),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_letter_that_would_go_wrong_is_stopped(rule, where, letter):
    assert {(one.rule, one.where) for one in lint(letter)} == {(rule, where)}


def test_a_complaint_reads_as_a_sentence_that_says_what_to_do():
    (complaint,) = lint(replace(sample(Kind.CONFERENCE, "en"), sent_on=SENT + timedelta(12)))
    assert str(complaint) == (
        "meeting.on: expected a day after 2026-10-27, found 2026-10-27. Give the family time to come."
    )


def test_a_language_we_do_not_have_is_refused():
    with pytest.raises(ValueError, match="language: expected one of"):
        lint(replace(sample(Kind.CONFERENCE, "en"), language="fr"))
