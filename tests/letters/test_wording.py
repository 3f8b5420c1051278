"""Every language says the same, in its own way."""

from datetime import date, time

import pytest
from babel import Locale

from firstbell.letters.wording import FIELD, FIELDS, LANGUAGES, forms, read, wording

FULL = ("en", "es")
PREPARED = ("ar", "fa", "hy", "ko", "ru", "tl", "vi", "zh-Hans")


def test_the_languages_are_those_that_were_promised():
    assert set(LANGUAGES) == {*FULL, *PREPARED}
    assert [language for language in LANGUAGES if wording(language).approved] == list(FULL)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_sentence_with_the_same_fields(language):
    english, said = wording("en").sentences, wording(language).sentences
    without_plurals = {key for key in english if not key.startswith("count.")}
    assert {key for key in said if not key.startswith("count.")} == without_plurals
    for key in without_plurals:
        assert sorted(FIELD.findall(said[key])) == sorted(FIELD.findall(english[key])), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_stand_in_the_same_order(language):
    english = [key for key in wording("en").sentences if ".legal." in key]
    assert [key for key in wording(language).sentences if ".legal." in key] == english


@pytest.mark.parametrize("language", PREPARED)
def test_a_prepared_language_is_not_english_in_disguise(language):
    english, said = wording("en").sentences, wording(language).sentences
    same = {key for key, sentence in said.items() if sentence == english.get(key)} if language != "tl" else set()
    assert same <= {"frame.dated", "frame.student", "grade.TK", "grade.K"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("number", [0, 1, 2, 3, 5, 11, 21, 22, 100, 180])
def test_every_count_has_a_form(language, number):
    said = wording(language).count("days", number)
    assert said
    assert wording(language).digits(str(number)) in said


@pytest.mark.parametrize(
    ("language", "number", "said"),
    [
        ("en", 1, "1 day"),
        ("en", 2, "2 days"),
        ("es", 1, "1 día"),
        ("ru", 1, "1 день"),
        ("ru", 3, "3 дня"),
        ("ru", 12, "12 дней"),
        ("ru", 21, "21 день"),
        ("ar", 3, "3 أيام"),
        ("ar", 11, "11 يومًا"),
        ("fa", 12, "۱۲ روز"),
        ("zh-Hans", 3, "3 天"),
    ],
)
def test_counts_are_written_as_the_language_counts(language, number, said):
    assert wording(language).count("days", number) == said


@pytest.mark.parametrize(
    ("language", "long", "short"),
    [
        ("en", "September 3, 2026", "Thu, Sep 3, 2026"),
        ("es", "3 de septiembre de 2026", "jue, 3 de sept de 2026"),
        ("zh-Hans", "2026年9月3日", "2026年9月3日周四"),
        ("ko", "2026년 9월 3일", "2026년 9월 3일 (목)"),
        ("fa", "۳ سپتامبر ۲۰۲۶", "پنجشنبه ۳ سپتامبر ۲۰۲۶"),
        ("ru", "3 сентября 2026\u00a0г.", "чт, 3 сент. 2026\u00a0г."),
    ],
)
def test_days_are_written_as_the_language_writes_them(language, long, short):
    assert wording(language).spoken(date(2026, 9, 3)) == long
    assert wording(language).day(date(2026, 9, 3)) == short


@pytest.mark.parametrize(("language", "said"), [("en", "3:30\u00a0PM"), ("ru", "15:30"), ("fa", "۱۵:۳۰")])
def test_times_too(language, said):
    assert wording(language).clock(time(15, 30)) == said


@pytest.mark.parametrize(
    ("language", "value", "said"),
    [
        ("en", "Ana", "Ana"),
        ("en", "نور", "\u2067نور\u2069"),
        ("ar", "نور", "نور"),
        ("ar", "Ana", "\u2066Ana\u2069"),
        ("ar", "(555) 010-0142", "\u2066(555) 010-0142\u2069"),
        ("zh-Hans", "(555) 010-0142", "(555) 010-0142"),
    ],
)
def test_a_value_of_the_other_direction_is_isolated(language, value, said):
    assert wording(language).placed(value) == said


def test_names_are_listed_as_the_language_lists_them():
    names = ["Ana", "Luis", "Sam"]
    assert wording("en").listed(names) == "Ana, Luis, and Sam"
    assert wording("es").listed(names) == "Ana, Luis y Sam"


def test_a_field_is_filled_once():
    said = wording("en").say("frame.greeting", students="{phone} {students.__class__}")
    assert said == "Dear family of {phone} {students.__class__}:"


def test_two_stops_become_one():
    said = wording("es").say("first_truancy.legal.a", students="Ana Reyes Jr.")
    assert said.endswith("Ana Reyes Jr.")


@pytest.mark.parametrize(("key", "values"), [("frame.greeting", {}), ("frame.farewell", {"students": "Ana"})])
def test_a_missing_field_or_sentence_is_named(key, values):
    with pytest.raises(ValueError, match=f"en: {key}: expected '(students|frame.farewell)', found nothing"):
        wording("en").say(key, **values)


def test_a_language_we_do_not_have_names_those_we_have():
    with pytest.raises(ValueError, match=r"language: expected one of ar, en, es.* found 'fr'"):
        wording("fr")


def test_a_template_with_an_unknown_field_is_refused(tmp_path):
    edited = tmp_path / "en.toml"
    edited.write_text('name = "English"\nlocale = "en_US"\napproved = true\n[frame]\ngreeting = "Hi {ssn}"\n')
    with pytest.raises(ValueError, match=r"en: frame\.greeting: expected fields among .* found \['ssn'\]"):
        read(edited)


def test_every_field_we_allow_is_used():
    used = {field for sentence in wording("en").sentences.values() for field in FIELD.findall(sentence)}
    assert used == FIELDS


@pytest.mark.parametrize(
    ("locale", "expected"),
    [("en", {"one", "other"}), ("ko", {"other"}), ("ru", {"one", "few", "many"}), ("es", {"one", "other"})],
)
def test_forms_are_those_a_count_of_days_can_take(locale, expected):
    assert forms(Locale.parse(locale)) == expected


def test_an_approval_is_given_to_a_text():
    digests = {wording(language).digest for language in LANGUAGES}
    assert len(digests) == len(LANGUAGES)
