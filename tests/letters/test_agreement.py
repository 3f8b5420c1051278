"""An agreement's text: the same in every language item by item, read back into the same parts, printed and tagged."""

from dataclasses import replace
from datetime import date, datetime
from io import BytesIO

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.letters.agreement import (
    LANGUAGES,
    NEXT,
    SIDES,
    Agreed,
    Promise,
    agreement_wording,
    languages_of,
    read,
    sheets,
    written,
)
from firstbell.letters.agreement.paper import Signed, drawn, pdf, points
from firstbell.letters.compose import Role
from firstbell.letters.linter import forms
from firstbell.letters.reading import reading
from firstbell.letters.wording import FIELD
from firstbell.panels.kinds import KINDS
from firstbell.panels.models.agreements import EVIDENCE
from firstbell.panels.models.agreements import SIDES as SIDES_OF_MODELS
from firstbell.panels.models.room import PARTIES

DAY = date(2026, 10, 3)
PROMISES = (
    Promise("family", "Marie Baptiste", "Phone off at ten", date(2026, 10, 20), "word"),
    Promise("student", "Noor", "Is in class", date(2026, 12, 20), "attendance", target=(1, 20)),
    Promise("school", "Rosa Diaz", "Calls by nine.", date(2026, 10, 20), "contacts", student="Noor Baptiste"),
    Promise("agency", "Tom Abara", "Offers a mentor", date(2026, 11, 1), "services"),
)
AGREED = Agreed(
    kind="sarb", panel="North SARB", heard_on=DAY, students=("Noor Baptiste",),
    present=(("panel", "Ines Quiroga"), ("family", "Marie Baptiste"), ("interpreter", "Luz Ortega")),
    promises=PROMISES, looks_on=(date(2026, 10, 13), date(2027, 1, 1)), read_by="Luz Ortega", language="es",
    called="Spanish",
)  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_what_english_says(language):
    said, english = agreement_wording(language).sentences, agreement_wording("en").sentences
    plural = {
        f"count.{key}.{form}" for key in ("days", "school_days") for form in forms(agreement_wording(language).locale)
    }
    assert {key for key in said if not key.startswith("count.")} == {
        key for key in english if not key.startswith("count.")
    }
    assert plural <= set(said)
    for key in set(said) & set(english):
        assert sorted(FIELD.findall(said[key])) == sorted(FIELD.findall(english[key])), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_cover_whatever_a_hearing_has(language):
    said = agreement_wording(language).sentences
    for section, keys in (("kind", KINDS), ("evidence", EVIDENCE), ("party", PARTIES), ("side", SIDES_OF_MODELS)):
        assert {f"{section}.{key}" for key in keys} <= set(said)
    assert tuple(SIDES_OF_MODELS) == SIDES


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_frame_is_easy_to_read(language):
    said = agreement_wording(language)
    keys = ("help", "sign", "read")
    found = reading("\n".join(FIELD.sub("Ana", said.sentences[f"frame.{key}"]) for key in keys), language)
    assert found is None or not found.hard, found


def test_a_family_that_speaks_spanish_has_both():
    english, spanish = written(AGREED).split(NEXT)
    assert "- Marie Baptiste: Phone off at ten. By October 20, 2026. What will show it: somebody's word." in english
    assert "Luz Ortega read this aloud in Spanish" in english
    assert "- Noor: Is in class. Faltar como máximo 1 día en los próximos 20 días de clases." in spanish
    assert "leyó esto en voz alta en español" in spanish
    assert "- Rosa Diaz: Calls by nine. Esto es para Noor Baptiste." in spanish
    assert sheets("es") == languages_of(written(AGREED), "es") == ["en", "es"]


@pytest.mark.parametrize("language", ["hy", "en", "xx"])
def test_without_a_wording_it_is_in_english_alone(language):
    text = written(replace(AGREED, language=language, called="Armenian"))
    assert NEXT not in text
    assert languages_of(text, language) == ["en"]
    assert ("read this aloud in Armenian" in text) is (language != "en")


def test_the_same_agreement_is_the_same_text():
    assert written(AGREED) == written(replace(AGREED))


WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\x85"), min_size=1, max_size=40
)


@given(WORDS.filter(lambda text: text.split()), WORDS.filter(lambda text: text.split()))
def test_whatever_somebody_said_stays_one_line_of_one_side(who, what):
    text = written(replace(AGREED, promises=(Promise("school", who, what, DAY, "word"),)))
    for (title, parts), said in zip(read(text), map(agreement_wording, ("en", "es")), strict=True):
        assert title == said.say("frame.title", panel=said.say("kind.sarb"))
        lists = [part for part in parts if part.role is Role.DAYS]
        assert [part.heading for part in lists] == [said.say("frame.there"), said.say("side.school")]
        [line] = lists[1].lines
        assert " ".join(what.split()).rstrip(".") in line


def signed(**more) -> Signed:
    told = {"name": "Marie Baptiste", "party": "family", "method": "typed", "at": datetime(2026, 10, 3, 9, 41)}
    return Signed(**(told | more))


def test_the_paper_is_tagged_and_names_each_sheet():
    made = pdf(
        written(AGREED), ["en", "es"], [signed(), signed(method="device", strokes=[[[1, 2], [3, 4]]]),
                                        signed(method="refused", why="Asks her sister.")], "ab" * 32, DAY,
    )  # fmt: skip
    with pikepdf.open(BytesIO(made)) as file:
        assert len(file.pages) == 2
        assert file.Root.MarkInfo.Marked
        assert str(file.Root.Lang) == "en"
        assert str(file.docinfo["/Title"]) == "Agreement: School Attendance Review Board"
    assert made == pdf(
        written(AGREED), ["en", "es"], [signed(), signed(method="device", strokes=[[[1, 2], [3, 4]]]),
                                        signed(method="refused", why="Asks her sister.")], "ab" * 32, DAY,
    )  # fmt: skip


def test_a_long_agreement_has_more_pages():
    many = tuple(replace(PROMISES[0], what=f"Thing {n} " + "and more " * 20) for n in range(30))
    with pikepdf.open(BytesIO(pdf(written(replace(AGREED, promises=many)), ["en", "es"], [], "", DAY))) as file:
        assert len(file.pages) > 2


def test_a_character_that_no_font_has_is_named():
    strange = replace(PROMISES[0], what="Sings \U0001d11e")
    with pytest.raises(ValueError, match="fonts have"):
        pdf(written(replace(AGREED, language="en", promises=(strange,))), ["en"], [], "", DAY)


def test_a_dot_is_drawn_as_a_line():
    assert points([[3, 4]]) == "3,4 3,4"
    assert '<polyline points="3,4 3,4"/>' in drawn([[[3, 4]]])


def test_a_language_that_there_is_not_says_which_there_are():
    with pytest.raises(ValueError, match="expected one of en, es, found 'xx'"):
        agreement_wording("xx")
