"""The Itinerant PSA Counselor letter: golden text, what the funds ask for, and a tagged PDF that says the same."""

from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from firstbell.letters.itinerant import Bought, Paid, pdf, text

GOLDEN = Path(__file__).parent / "golden" / "itinerant.txt"
SAID = Bought(
    district="Rosalia Unified School District", school="Maple Elementary", year="2026-27", begins=date(2026, 8, 12),
    ends=date(2027, 6, 11), days="2 days a week", basis="C basis, 204 paid days", money="$27,460.00",
    paid=(
        Paid("Title I, Part A", "T1", "1 day a week", "$13,730.00", federal=True, reports=True,
             students="Students in foster care", plan_page="SPSA page 14"),
        Paid("General fund, school budget", "GF", "1 day a week", "$13,730.00"),
    ),
    principal="Daniel Kim", signed_at=datetime(2026, 5, 4, 16, 30, tzinfo=UTC), weekdays="Monday, Wednesday",
    languages="Spanish", focus="Ninth graders in their first term.", reference="Purchase 7, version 1",
)  # fmt: skip


def test_golden_text():
    assert text(SAID) == GOLDEN.read_text("utf-8")


def test_what_no_fund_asks_for_is_not_said():
    plain = text(replace(SAID, paid=(SAID.paid[1],), weekdays="", languages="", focus=""))
    assert "What these funds ask for" not in plain
    assert "would like" not in plain


def test_the_paper_is_tagged_and_one_page():
    with pikepdf.open(BytesIO(pdf(SAID))) as file:
        assert file.Root.MarkInfo.Marked
        assert str(file.docinfo["/Title"]) == "Itinerant PSA Counselor, 2026-27"
        assert len(file.pages) == 1


def test_the_same_letter_is_the_same_bytes():
    assert pdf(SAID) == pdf(SAID)


def test_a_drawn_signature_stands_above_its_line():
    drawn = replace(SAID, strokes=[[[20, 40], [60, 90]], [[80, 80]]])
    assert text(drawn) == text(SAID)
    paper = pdf(drawn)
    assert paper == pdf(drawn)
    with pikepdf.open(BytesIO(paper)) as file:
        assert len(file.pages) == 1
        told = str([one.get("/Alt") for one in file.objects if isinstance(one, pikepdf.Dictionary) and "/Alt" in one])
    assert "Signed in Firstbell by Daniel Kim" in told


def test_a_character_without_a_glyph_is_named():
    with pytest.raises(ValueError, match="fonts have"):
        pdf(replace(SAID, principal="\U000130c0"))
