"""When a question is due, how its clock is spoken, and what must never be written."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.core.refusals import NotAllowed
from firstbell.training.rules import consults
from firstbell.training.rules import questions as rules

FRIDAY = date(2025, 10, 3)
TODAY = date(2025, 10, 7)
DAY = timedelta(1)
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1))
URGENCIES = st.sampled_from(["today", "week", "month"])


@pytest.mark.parametrize(
    ("asked", "urgency", "due"),
    [
        ("2025-10-03 09:00", "today", "2025-10-03"),
        ("2025-10-03 15:00", "today", "2025-10-03"),
        ("2025-10-03 15:01", "today", "2025-10-06"),  # a Friday: the Monday after
        ("2025-10-02 16:00", "today", "2025-10-03"),
        ("2025-10-04 09:00", "today", "2025-10-06"),
        ("2025-10-05 09:00", "today", "2025-10-06"),
        ("2025-10-03 23:00", "week", "2025-10-10"),
        ("2025-10-05 09:00", "week", "2025-10-10"),
        ("2025-10-06 09:00", "week", "2025-10-13"),
        ("2025-10-06 09:00", "month", "2025-11-03"),
        ("2025-12-31 09:00", "week", "2026-01-07"),
    ],
)
def test_due_on(asked, urgency, due):
    assert rules.due_on(datetime.fromisoformat(asked), urgency) == date.fromisoformat(due)


@given(INSTANTS, URGENCIES)
def test_a_day_to_answer_on_is_a_working_day_as_far_as_was_said(asked, urgency):
    due = rules.due_on(asked, urgency)
    assert rules.works(due)
    assert due >= asked.date()
    if urgency != "today":
        assert rules.working_days(asked.date(), due) == rules.WORKING_DAYS[urgency]


@given(INSTANTS, st.integers(0, 10_000))
def test_asked_later_is_never_due_earlier(asked, minutes):
    for urgency in ("today", "week", "month"):
        assert rules.due_on(asked, urgency) <= rules.due_on(asked + timedelta(minutes=minutes), urgency)


@given(INSTANTS, st.integers(0, 60), URGENCIES, URGENCIES)
def test_a_change_of_urgency_hides_nothing(asked, later, was, urgency):
    now, old = asked + timedelta(later), rules.due_on(asked, was)
    due = rules.sooner(old, asked, now, urgency)
    if rules.due_on(asked, urgency) >= old:
        assert due == rules.due_on(asked, urgency)
    else:
        assert due <= old


@given(st.dates(date(2024, 1, 1), date(2026, 1, 1)), st.integers(0, 100))
def test_working_days_are_counted_one_by_one(first, length):
    last = first + DAY * length
    assert rules.working_days(first, last) == sum(rules.works(first + DAY * n) for n in range(1, length + 1))


@pytest.mark.parametrize(
    ("state", "due", "part", "words"),
    [
        ("open", TODAY - DAY, "late", "Late by 1 day"),
        ("taken", TODAY - 9 * DAY, "late", "Late by 9 days"),
        ("open", TODAY, "today", "Due today"),
        ("open", TODAY + DAY, "week", "Due tomorrow"),
        ("open", TODAY + 3 * DAY, "week", "Due on Friday"),
        ("open", TODAY + 6 * DAY, "later", "Due on October 13, 2025"),
        ("answered", TODAY - DAY, "done", "Answered"),
        ("closed", TODAY + DAY, "done", "Closed"),
    ],
)
def test_clock(state, due, part, words):
    told = rules.clock(state, due, TODAY)
    assert (told.part, told.words) == (part, words)


@pytest.mark.parametrize(
    ("state", "move", "then"),
    [
        ("open", "take", "taken"), ("open", "answer", "answered"), ("taken", "answer", "answered"),
        ("taken", "hand_over", "taken"), ("answered", "close", "closed"), ("open", "withdraw", "closed"),
        ("taken", "take", None), ("answered", "answer", None), ("closed", "answer", None), ("open", "close", None),
        ("answered", "withdraw", None), ("open", "change_urgency", None), ("closed", "take", None),
    ],
)  # fmt: skip
def test_moves(state, move, then):
    if then:
        assert rules.after(state, move) == then
    else:
        with pytest.raises(NotAllowed):
            rules.after(state, move)


def test_what_is_withdrawn_says_so():
    with pytest.raises(NotAllowed, match="withdrawn"):
        rules.after("closed", "answer", withdrawn=True)


# -- what must not be written ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["078-05-1120", "Her number is 078 05 1120.", "078.05.1120", "078–05–1120", "SSN:078051120", "٠٧٨-٠٥-١١٢٠"],
)
def test_a_social_security_number_is_refused(text):
    with pytest.raises(NotAllowed, match="Social Security"):
        rules.said(text, 200, "Say it.")


@pytest.mark.parametrize("text", ["213-555-0142", "EC 48260.5", "2025-10-06", "30 minutes, 3 days", "90012-1234"])
def test_other_numbers_are_not(text):
    assert rules.said(f"  {text} ", 200, "Say it.") == text


@pytest.mark.parametrize(("text", "words"), [("  ", "Say it"), ("x" * 201, "201 characters"), ("", "Say it")])
def test_nothing_and_too_much_are_refused(text, words):
    with pytest.raises(NotAllowed, match=words):
        rules.said(text, 200, "Say it.")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Born 5/1/2015.", "birthday"),
        ("born 5-1-15", "birthday"),
        ("Born 2015-05-01", "birthday"),
        ("Born on 1 May 2015", "birthday"),
        ("Born May 1st, 2015", "birthday"),
        ("His number is 1234567890.", "long number"),
        ("Student 123456M789 was away.", "long number"),
        ("The letter of 10/3/2025 came back.", ""),
        ("We sent it on October 3, 2025.", ""),
        ("A foster student without a home, new to the country: what status do we write?", ""),
        ("Since 2015 we do it so.", ""),
        ("Call 213-555-0142.", ""),
        ("", ""),
    ],
)
def test_what_looks_like_a_student(text, words):
    told = rules.looks_like_a_student(text, TODAY)
    assert words in told
    assert bool(told) is bool(words)


@pytest.mark.parametrize(
    ("text", "found"),
    [("At Lincoln High we call.", True), ("at LINCOLN HIGH", True), ("Lincoln Highway", False), ("We call.", False)],
)
def test_a_school_that_is_named(text, found):
    assert bool(rules.doubt([text], TODAY, ["Lincoln High"])) is found


@pytest.mark.parametrize(
    ("days", "minutes", "words"),
    [
        (1, 30, "still to come"), (-60, 30, "before this school year"), (0, 0, "how many minutes"),
        (0, 601, "how many minutes"), (0, -5, "how many minutes"), (0, 1, ""), (-30, 600, ""),
    ],
)  # fmt: skip
def test_which_consults_may_be_written(days, minutes, words):
    no = consults.refused(TODAY + days * DAY, minutes, TODAY, TODAY - 30 * DAY)
    assert words in str(no) if words else no is None
