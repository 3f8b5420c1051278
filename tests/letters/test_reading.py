"""The measures, against words counted by hand and texts whose grade is known."""

import pytest

from firstbell.law.notices import Kind
from firstbell.letters.linter import MOST_WORDS, own_words, sentences
from firstbell.letters.reading import HARDEST_GRADE, LOWEST_INFLESZ, reading, silabas, syllables, words
from firstbell.letters.wording import wording

EASY = "We miss you at school. Please call us. We want to help."
LEGALESE = (
    "Pursuant to applicable statutory provisions, continued noncompliance regarding compulsory educational "
    "attendance obligations necessitates administrative intervention, including mandatory participation in "
    "interdisciplinary evaluation proceedings."
)
FACIL = "Queremos ayudar. Por favor llame a la escuela. Su hijo hace falta en clase."
DIFICIL = (
    "De conformidad con las disposiciones reglamentarias correspondientes, el incumplimiento reiterado de las "
    "obligaciones educativas ocasionará procedimientos administrativos interdisciplinarios obligatorios."
)


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("school", 1),
        ("make", 1),
        ("missed", 1),
        ("times", 1),
        ("table", 2),
        ("started", 2),
        ("needed", 2),
        ("the", 1),
        ("family", 3),
        ("attendance", 3),
        ("interpreter", 4),
        ("a", 1),
    ],
)
def test_english_syllables(word, count):
    assert syllables(word) == count


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("escuela", 3),
        ("día", 2),
        ("días", 2),
        ("ayudar", 3),
        ("que", 1),
        ("guía", 2),
        ("familia", 3),
        ("asistencia", 4),
        ("estudiante", 4),
        ("reunión", 2),
        ("aula", 2),
        ("leer", 2),
        ("y", 1),
        ("muy", 1),
        ("ausente", 3),
    ],
)
def test_spanish_syllables(word, count):
    assert silabas(word) == count


@pytest.mark.parametrize(
    ("text", "language", "hard"),
    [(EASY, "en", False), (LEGALESE, "en", True), (FACIL, "es", False), (DIFICIL, "es", True)],
)
def test_a_measure_tells_plain_words_from_legal_ones(text, language, hard):
    found = reading(text, language)
    assert found
    assert found.hard is hard


def test_the_grade_is_the_published_formula():
    """3 sentences, 12 words, 12 syllables: 0.39 * 4 + 11.8 * 1 - 15.59."""
    found = reading("We miss you at school. Please call us. We want to help.", "en")
    assert found
    assert (found.words, found.says) == (12, f"grade {0.39 * 4 + 11.8 - 15.59:.1f}")


@pytest.mark.parametrize(
    ("text", "language"), [("", "en"), ("...", "es"), ("Привет всем.", "ru"), ("你好。", "zh-Hans")]
)
def test_where_we_trust_no_measure_there_is_none(text, language):
    assert reading(text, language) is None


def test_words_are_words_in_any_script():
    assert words("O’Brien's day: 3 días, Ана") == ["O’Brien's", "day", "días", "Ана"]


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("language", ["en", "es"])
def test_our_own_letters_are_short_and_easy(kind, language):
    said = wording(language)
    found = reading("\n".join(sentences(said, kind)), language)
    assert found
    assert not found.hard, found.says
    assert len(words(own_words(said, kind))) <= MOST_WORDS


def test_the_limits_are_the_ones_we_promise():
    assert (HARDEST_GRADE, LOWEST_INFLESZ, MOST_WORDS) == (6, 65, 150)
