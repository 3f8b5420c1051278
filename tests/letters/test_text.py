"""The golden text of every kind in every language.

After a change of wording: `rm -r tests/letters/golden`, run this file twice, and read the difference line by line.
"""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from firstbell.law.notices import Kind, required
from firstbell.letters.compose import ORDER, Role, compose
from firstbell.letters.data import Grade, Occasion, Student, What
from firstbell.letters.samples import sample
from firstbell.letters.text import text
from firstbell.letters.wording import LANGUAGES, wording

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_reads_as_it_did(kind, language):
    golden = GOLDEN / language / f"{kind}.txt"
    made = text(sample(kind, language))
    if not golden.exists():
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(made, encoding="utf-8")
    assert made == golden.read_text(encoding="utf-8"), f"{golden.name} is not current: see the docstring"


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_says_who_to_call_and_whom_it_is_about(kind, language):
    said = text(sample(kind, language))
    for needed in ("Ana Lucía Reyes", "Hugo Barrera", "(555) 010-0142", "Marisol Reyes", "MM-2026-000417"):
        assert needed in said
    assert "{" not in said, "a field was left open"


@pytest.mark.parametrize("kind", [kind for kind in Kind if "#legal" in ORDER[kind]])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_box_holds_what_the_law_requires_and_nothing_else_holds_it(kind, language):
    letter = sample(kind, language)
    (box,) = [part for part in compose(letter).parts if part.role is Role.BOX]
    items = required(kind, letter.sent_on)
    keys = [key.rsplit(".", 1)[-1] for key in wording(language).under(f"{kind}.legal")][1:]
    assert {item.key for item in items} <= set(keys)
    assert len(box.lines) == len(keys)


def test_the_first_notice_has_the_seven_items_in_order():
    (box,) = [part for part in compose(sample(Kind.FIRST_TRUANCY, "en")).parts if part.role is Role.BOX]
    words = [
        "is a truant",
        "obligated to compel",
        "Alternative",
        "right to meet",
        "Mental health",
        "develop",
        "10 perc",
    ]
    assert [word in line for word, line in zip(words, box.lines, strict=True)] == [True] * 7


def test_the_referral_names_the_board_its_address_the_reason_and_the_duty_to_meet():
    letter = sample(Kind.SARB, "en")
    said = text(letter)
    assert letter.board
    for needed in (letter.board.name, ", ".join(letter.board.address), "three or more truancy reports", "be required"):
        assert needed in said


def test_a_household_has_one_letter_with_each_students_days():
    letter = sample(Kind.FIRST_TRUANCY, "en")
    sister = Student("Inés Reyes", Grade.K, (Occasion(date(2026, 9, 3), What.ABSENT),), number="48213")
    said = text(replace(letter, students=(*letter.students, sister)))
    assert "We miss Ana and Inés Reyes at school" in said
    assert "Inés Reyes, Kindergarten · 48213" in said
    assert "Inés Reyes\n- Thu, Sep 3, 2026: absent all day, no excuse" in said


def test_days_are_in_order_whatever_order_they_came_in():
    letter = sample(Kind.EXCUSED, "en")
    days = letter.students[0].occasions
    turned = replace(letter, students=(replace(letter.students[0], occasions=days[::-1]),))
    assert text(turned) == text(letter)
