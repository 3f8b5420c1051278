"""Letters: what the page shows of ours, and what it says of a text from elsewhere."""

from datetime import date

import pytest
from click.testing import CliRunner

from firstbell.core.models import User
from firstbell.law.notices import Kind
from firstbell.letters.wording import HERE, wording
from firstbell.letters.wording import LANGUAGES as WRITTEN
from firstbell.library.labels import KINDS, LANGUAGES
from firstbell.library.queries import letters
from firstbell.library.rules import lint_text
from firstbell.notices.actions.setting import approve_language
from firstbell.notices.models import LanguageApproval
from tests.library.conftest import TODAY, text

URL = "/library/letters/"
GOOD = "Dear family,\nWe miss Ana at school. Please call Hugo Barrera at (555) 010-0142. We can help."
OLD = "You may be subject to prosecution under Penal Code 270.1.\nYour child may lose the driver's license."
HARD = (
    "Notwithstanding extraordinary circumstances, habitual nonattendance necessitates administrative intervention."
    " Telephone 555-010-0142."
)


def rules_of(pasted, language="en", kind=Kind.FIRST_TRUANCY, on=TODAY):
    return [one.rule for one in lint_text(pasted, kind, language, on)]


@pytest.mark.parametrize(
    ("pasted", "language", "on", "rules"),
    [
        (GOOD, "en", TODAY, []),
        (OLD, "en", TODAY, ["forbidden", "forbidden", "forbidden", "phone"]),
        (OLD, "en", date(2025, 6, 30), ["phone"]),
        (OLD, "en", date(2025, 9, 1), ["forbidden", "forbidden", "phone"]),
        (HARD, "en", TODAY, ["reading"]),
        ("Call 555 010 0142. " + "We can help you. " * 100, "en", TODAY, ["length"]),
        ("Le puede caer una multa. Llame al 555-010-0142.", "es", TODAY, ["forbidden"]),
        ("", "en", TODAY, ["phone"]),
        ("270.1", "ko", TODAY, ["forbidden", "phone"]),
        ("Call us on 12 May 2026.", "en", TODAY, ["phone"]),
    ],
)
def test_a_text_from_elsewhere(pasted, language, on, rules):
    assert rules_of(pasted, language, on=on) == rules


def test_a_forbidden_phrase_is_found_in_its_line():
    found = lint_text(OLD, Kind.FIRST_TRUANCY, "en", TODAY)
    assert [one.where for one in found if one.rule == "forbidden"] == ["line 1", "line 2", "line 1"]


def test_what_the_law_prescribes_is_allowed_for_in_the_length():
    said = "Call 555 010 0142. " + "We can help you. " * 45
    assert rules_of(said, kind=Kind.FIRST_TRUANCY) == []
    assert rules_of(said, kind=Kind.SUMMARY) == ["length"]


def test_every_kind_and_language_has_words():
    assert list(KINDS) == [kind.value for kind in Kind]
    assert sorted(LANGUAGES) == sorted(WRITTEN)


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_letter_can_be_looked_at(kind, language):
    shown = letters.shown(kind, language, TODAY)
    assert shown.complaints == []
    assert "MM-2026-000417" in shown.text
    assert shown.language.is_approved is (language in ("en", "es"))


def test_the_page_shows_languages_and_a_sample(reader):
    page = text(reader.get(URL))
    assert page.count("Needs approval") == 8
    assert "We miss Ana at school." in page
    assert "No legal advice." in page
    page = text(reader.get(URL, {"language": "ar", "kind": "conference"}))
    assert 'lang="ar" dir="rtl"' in page
    assert "A person who speaks Arabic reads it first." in page


def test_a_language_the_district_approved_is_approved_until_its_wording_changes(reader):
    by, said = User.objects.get(), wording("hy")
    approve_language(language="hy", digest=said.digest, read_by="A. Petrosyan", by=by)
    assert text(reader.get(URL)).count("Needs approval") == 7
    assert {one.code for one in letters.languages(TODAY) if one.is_approved} == {"en", "es", "hy"}
    LanguageApproval.objects.create(language="hy", digest="of a text that has changed", read_by="A. Petrosyan", by=by)
    assert "hy" not in {one.code for one in letters.languages(TODAY) if one.is_approved}


@pytest.mark.parametrize("asked", [{"language": "xx"}, {"kind": "ransom"}, {"sent_on": "soon"}])
def test_an_unknown_letter_is_a_choice_to_make_again(reader, asked):
    page = text(reader.get(URL, asked))
    assert "Error:" in page
    assert "We miss Ana" not in page


def test_a_pasted_text_is_checked_and_escaped(reader):
    sent = {"text-text": OLD + "<script>", "text-kind": "first_truancy", "text-language": "en"}
    page = text(reader.post(URL, sent | {"text-sent_on": "2026-05-12"}))
    assert "found “prosecution”" in page
    assert "See for yourself that it says" in page
    assert "<script>" not in page.replace("<script src", "")
    page = text(reader.post(URL, sent | {"text-text": GOOD, "text-sent_on": "2026-05-12"}))
    assert "Nothing forbidden" in page


def test_an_empty_text_is_asked_for(reader):
    page = text(reader.post(URL, {"text-kind": "conference", "text-language": "en", "text-sent_on": "2026-05-12"}))
    assert "Paste the text of the letter." in page
    assert "What the check says" not in page


# -- the command -------------------------------------------------------------------------------------------------------


@pytest.fixture
def command(monkeypatch, db):
    monkeypatch.setattr("firstbell.cli.ready", lambda: None)

    def run(*words):
        from firstbell.cli import main

        return CliRunner().invoke(main, ["letters", "lint", *map(str, words)])

    return run


def test_our_own_letters_pass(command):
    told = command("--on", "2026-05-12")
    assert told.exit_code == 0
    assert told.output.count("nothing to mend") == len(LANGUAGES)
    assert told.output.count("needs a person's approval") == 8


def test_a_text_file(command, tmp_path):
    file = tmp_path / "old.txt"
    file.write_text(OLD)
    told = command(file, "--on", "2026-02-01")
    assert told.exit_code == 1
    assert "4 to mend" in told.output
    assert "270.1" in told.output


def test_a_wording_file(command, tmp_path):
    file = tmp_path / "es.toml"
    file.write_bytes((HERE / "es.toml").read_bytes())
    assert command(file, "--on", "2026-05-12").exit_code == 0
    file.write_text(file.read_text().replace("[shared]", "[shared_no_more]"))
    told = command(file, "--on", "2026-05-12")
    assert told.exit_code == 1
    assert "Translate this sentence." in told.output


@pytest.mark.parametrize(
    ("name", "content", "options", "said"),
    [
        ("hy.toml", b"x=", (), "hy.toml: expected a wording file"),
        ("hy.toml", b"x=1", (), "hy.toml: expected a wording file"),
        ("a.txt", b"\xff\xfe", (), "a.txt: expected a text in UTF-8"),
        ("a.txt", b"Hi", ("--language", "xx"), "language: expected one of en, ar"),
        ("a.txt", b"Hi", ("--kind", "ransom"), "kind: expected one of first_truancy"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(command, tmp_path, name, content, options, said):
    file = tmp_path / name
    file.write_bytes(content)
    told = command(file, *options)
    assert told.exit_code == 1
    assert said in told.output
