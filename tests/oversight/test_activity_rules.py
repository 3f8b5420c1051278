"""Activity reports: what a month comes to, and that everything signed together is always what stands."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pikepdf
from hypothesis import given
from hypothesis import strategies as st

from firstbell.letters.sheet import pdf, text
from firstbell.oversight.rules.activity import (
    Month,
    Paper,
    Signed,
    Worked,
    adjusted,
    adjusted_funds,
    month_under,
    sheet,
    time_words,
)
from firstbell.oversight.rules.ledger import Term

AUGUST, SEPTEMBER, OCTOBER = date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1)
TERM = Term(7, date(2026, 8, 10), date(2027, 6, 10), (("title_1", 2), ("general", 1)))
PAPER = Paper(
    district="Rosalia Unified School District", school="Maple Elementary", person="Rosa Diaz",
    purchase="1 ½ days a week, 2026-27", names={"title_1": "Title I, Part A (T1)", "general": "General fund (GF)"},
    federal=True, signed_on=date(2026, 10, 2), unconfirmed=2, reference="Purchase 7, 2026-09",
)  # fmt: skip
GOLDEN = Path(__file__).parent / "golden" / "activity.txt"


def worked(*rows):
    return [Worked(date(2026, month, day), activity, minutes) for month, day, activity, minutes in rows]


def test_a_month_by_hand():
    told = month_under(TERM, SEPTEMBER, worked(
        (8, 20, "Home visit", 45), (9, 1, "Home visit", 60), (9, 1, "Travel", 30), (9, 2, "Home visit", 30),
    ), [])  # fmt: skip
    assert dict(told.activities) == {"Home visit": 90, "Travel": 30}
    assert dict(told.funds) == {"title_1": 80, "general": 40}
    assert (told.minutes, told.total, told.adjustments) == (120, 120, ())
    assert told.days == {date(2026, 9, 1), date(2026, 9, 2)}


def test_what_came_late_is_an_adjustment_of_the_next_report():
    told = month_under(TERM, SEPTEMBER, worked((8, 20, "Home visit", 75), (9, 1, "Travel", 10)), [Signed(AUGUST, 45)])
    assert told.adjustments == ((AUGUST, 30),)
    assert told.total == 40


def test_what_was_adjusted_is_not_adjusted_again():
    signed = [Signed(AUGUST, 45), Signed(SEPTEMBER, 10, ((AUGUST, 30),))]
    lines = worked((8, 20, "Home visit", 75), (9, 1, "Travel", 10), (10, 1, "Travel", 5))
    assert month_under(TERM, OCTOBER, lines, signed).adjustments == ()


def test_what_was_taken_back_is_less_than_nought():
    told = month_under(TERM, SEPTEMBER, worked((9, 1, "Travel", 10)), [Signed(AUGUST, 45)])
    assert told.adjustments == ((AUGUST, -45),)
    assert adjusted_funds(TERM, told.adjustments) == {"title_1": -30, "general": -15}
    assert told.total == -35


def test_hours_in_words():
    assert [time_words(n) for n in (0, 5, 60, 725, -35)] == ["0:00", "0:05", "1:00", "12:05", "\u22120:35"]


MONTHS = [date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)]
LINES = st.lists(
    st.builds(
        lambda month, day, minutes: Worked(month.replace(day=day), "Travel", minutes),
        st.sampled_from(MONTHS), st.integers(1, 28), st.integers(0, 300),
    )
)  # fmt: skip


@given(st.lists(LINES, min_size=4, max_size=4))
def test_whatever_changes_all_reports_together_are_what_stood_at_the_last(stands):
    """`stands[n]` is all that stood when month n was signed: lines come, go and change in between."""
    signed: list[Signed] = []
    for month, lines in zip(MONTHS, stands, strict=True):
        told = month_under(TERM, month, lines, signed)
        signed.append(Signed(month, told.minutes, told.adjustments))
    last = [one for one in stands[-1] if one.on.replace(day=1) <= MONTHS[-1]]
    total = sum(one.minutes + sum(minutes for _, minutes in one.adjustments) for one in signed)
    assert total == sum(one.minutes for one in last)


@given(LINES)
def test_the_funds_of_a_month_add_up(lines):
    told = month_under(TERM, SEPTEMBER, lines, [])
    assert sum(told.funds.values()) == told.minutes


def test_a_month_to_come_is_not_adjusted():
    assert adjusted(AUGUST, [], [Signed(SEPTEMBER, 60)]) == ()


def printed() -> Month:
    return Month(
        SEPTEMBER, {"Home visit": 510, "Parent contact": 260, "Travel": 95}, {"title_1": 577, "general": 288},
        ((AUGUST, 30), (date(2026, 7, 1), -15)),
    )  # fmt: skip


def test_golden_text():
    assert text(sheet(printed(), TERM, PAPER)) == GOLDEN.read_text("utf-8")


def test_the_paper_is_tagged_and_one_page():
    made = pdf(sheet(printed(), TERM, PAPER), on=date(2026, 10, 2))[0]
    with pikepdf.open(BytesIO(made)) as file:
        assert file.Root.MarkInfo.Marked
        assert str(file.docinfo["/Title"]) == "Personnel Activity Report, September 2026"
        assert len(file.pages) == 1
