"""The principal's statement: its 25 school days, what it counts, its page and paper, and that it stays as written."""

from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from firstbell.core.models import JournalLine
from firstbell.letters.sheet import pdf, text
from firstbell.oversight.actions import delivered
from firstbell.oversight.actions import statements as actions
from firstbell.oversight.models import SchoolStatement
from firstbell.oversight.rules.statements import Span, more_or_less, outcome, running, sheet, spans, told
from firstbell.site import schedule
from tests.attendance.conftest import DAYS
from tests.oversight.conftest import body, contact
from tests.oversight.test_delivered import bought, daniel, worked
from tests.panels.conftest import somebody

__all__ = ["bought", "daniel", "worked"]
REFUSED = (InternalError, ProgrammingError, IntegrityError)
NIGHT = DAYS[-1] + timedelta(1)
GOLDEN = Path(__file__).parent / "golden" / "statement.txt"
DATA = {
    "bought": 9600, "delivered": 8845, "away": 480, "planned": 9600, "bought_so_far": 38400, "delivered_so_far": 37010,
    "people": [["Hugo Petrosyan", 240], ["Rosa Diaz", 8605]],
    "activities": [["Parent contact", 4300], ["Home visit", 2700], ["Travel", 1845]],
    "students": 61, "need": 88, "need_reached": 52, "legal": {"met": 14, "due": 15},
    "plans": {"cases": 40, "planned": 33, "overdue": 4}, "tenths": 4, "on": "2026-02-07",
    "outcome": {"students": 71, "alone": 0, "raw": 61, "middle": 44, "low": -12, "high": 99},
    "days": {"weeks": 14, "why_not": "", "rows": [
        {"days": "1 day a week", "now": False, "reach": "between 10 and 30 (middle 21)", "low": 10},
        {"days": "2 days a week", "now": True, "reach": "between 20 and 60 (middle 42)", "low": 20},
        {"days": "3 days a week", "now": False, "reach": "between 30 and 88 (middle 63)", "low": 30},
    ]},
}  # fmt: skip
SPAN = Span(4, date(2025, 12, 15), date(2026, 2, 6))


# -- rules -------------------------------------------------------------------------------------------------------------


def test_a_year_by_twenty_five_days():
    days = [date(2025, 9, 1) + timedelta(n) for n in range(60)]
    assert spans(days) == [Span(1, days[0], days[24]), Span(2, days[25], days[49])]
    assert spans(days[:24]) == []
    assert running(days, days[25]) == Span(2, days[25], days[25])
    assert running(days, days[24]) == Span(1, days[0], days[24])
    assert running(days, days[0] - timedelta(1)) is None


@given(st.sets(st.integers(0, 300), max_size=200))
def test_spans_have_twenty_five_days_each_and_leave_none_between(days):
    taught = [date(2025, 8, 1) + timedelta(n) for n in sorted(days)]
    found = spans(taught)
    assert len(found) == len(taught) // 25
    for one in found:
        assert sum(one.begins <= day <= one.ends for day in taught) == 25
    assert [one.number for one in found] == list(range(1, len(found) + 1))


@pytest.mark.parametrize(
    ("more", "key", "figure"),
    [
        ({"bought": 0, "delivered": 0}, "days", "Nothing bought"),
        ({"legal": {"met": 0, "due": 0}}, "legal", "None fell due"),
        ({"plans": {"cases": 0, "planned": 0, "overdue": 0}}, "plans", "No open case"),
        ({"students": 1}, "reached", "1 student reached"),
    ],
)  # fmt: skip
def test_what_is_said_where_there_is_nothing(more, key, figure):
    assert next(one for one in told(DATA | more) if one.key == key).figure == figure


def test_an_outcome_is_a_range_or_cannot_be_told():
    few = {"students": 3, "alone": 0, "raw": None, "middle": None, "low": None, "high": None}
    assert outcome(few) == "Cannot tell: only 3 students can be compared, and 11 are needed."
    assert outcome(DATA["outcome"]).startswith("Cannot tell")
    assert outcome(None) == ""


def test_another_day_cannot_always_be_told():
    assert more_or_less(DATA | {"days": None}) == ("", [])
    few = {"weeks": 14, "why_not": "fewer than 11 schools to compare with", "rows": []}
    assert more_or_less(DATA | {"days": few}) == ("Cannot tell: fewer than 11 schools to compare with.", [])


def printed():
    return sheet(
        DATA, district="Rosalia Unified School District", school="Maple Elementary",
        title="Counselor days: statement 4, 2025-26", span=SPAN, reference="Statement 9, as of 2026-02-07",
    )  # fmt: skip


def test_golden_text():
    assert text(printed()) == GOLDEN.read_text("utf-8")


def test_the_paper_is_tagged_and_one_page():
    with pikepdf.open(BytesIO(pdf(printed(), on=SPAN.ends)[0])) as file:
        assert file.Root.MarkInfo.Marked
        assert len(file.pages) == 1


# -- by night ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def written(worked, pupil) -> SchoolStatement:
    contact(pupil("S-1", chronic=True, absent=10), worked)
    pupil("S-2", chronic=True, absent=12)
    assert actions.close_statements(on=NIGHT) == 1
    return SchoolStatement.objects.get()


def test_a_statement_counts_its_days(written, district, bought):
    data = written.data
    assert (written.school, written.number, written.begins_on, written.ends_on) == (
        district.schools[0], 1, DAYS[0], DAYS[-1],
    )  # fmt: skip
    assert (data["bought"], data["delivered"], data["planned"]) == (25 * 192, 105, 25 * 480)
    assert (data["students"], data["need"], data["need_reached"]) == (3, 2, 1)
    assert data["people"] == [["Rosa Diaz", 105]]
    assert dict(data["activities"]) == {"Letters and records": 60, "Parent contact": 45}
    assert data["tenths"] == bought.tenths
    assert data["days"]["why_not"] == "fewer than 11 schools to compare with"
    assert data["outcome"]["middle"] is None
    assert JournalLine.objects.get(verb="oversight.statements_written").detail == {"on": str(NIGHT), "schools": 1}


def test_a_statement_is_written_once_and_stays(written):
    assert actions.close_statements(on=NIGHT + timedelta(1)) == 0
    with pytest.raises(REFUSED), transaction.atomic():
        SchoolStatement.objects.update(number=2)
    with pytest.raises(REFUSED), transaction.atomic():
        written.delete()


def test_a_calendar_that_changed_leaves_no_day_in_two_statements_or_in_none(written, district, monkeypatch):
    """A day of the first span is no school day any more: the next begins after it all the same."""
    days = [day for day in DAYS if day != DAYS[7]] + [DAYS[-1] + timedelta(n) for n in range(3, 40)]
    monkeypatch.setattr(actions, "school_days", lambda year, schools: dict.fromkeys(schools, days))
    assert actions.close_statements(on=days[24 + 26]) == 1
    later = SchoolStatement.objects.get(number=2)
    assert later.begins_on == DAYS[-1] + timedelta(3)
    assert sum(later.begins_on <= day <= later.ends_on for day in days) == 25


def test_none_before_the_days_are_over(worked):
    assert actions.close_statements(on=DAYS[-1]) == 0


def test_none_for_who_bought_nothing(counselor, hugo):
    assert actions.close_statements(on=NIGHT) == 0


def test_the_night_says_how_many(worked):
    lines: list[str] = []
    schedule.write_statements(on=NIGHT, say=lines.append)
    assert "1 written" in lines[0]


# -- pages -------------------------------------------------------------------------------------------------------------


def test_the_principal_reads_it(written, daniel, as_user, django_assert_max_num_queries):
    client = as_user(daniel)
    assert str(written.school) in body(client.get(reverse("oversight:statements")))
    with django_assert_max_num_queries(30):
        page = body(client.get(reverse("oversight:statement", args=[written.pk])))
    assert "of 80 h delivered" in page
    assert "<b>1 h 45</b>" in page
    assert "Cannot tell" in page
    paper = client.get(reverse("oversight:statement_paper", args=[written.pk]))
    assert paper.content[:5] == b"%PDF-"


def test_what_runs_now_is_counted_as_it_is_opened(worked, daniel, district, as_user, django_assert_max_num_queries):
    with django_assert_max_num_queries(60):
        page = body(as_user(daniel).get(reverse("oversight:so_far", args=[district.schools[0].pk])))
    assert "of 80 h delivered" in page
    assert "Counted with the statement itself" in page
    assert "Nothing waits for you here" in page


def test_what_needs_the_principal(worked, bought, daniel, district, as_user):
    delivered.sign_report(purchase=bought, month=date(2025, 9, 1), by=worked)
    page = body(as_user(daniel).get(reverse("oversight:so_far", args=[district.schools[0].pk])))
    assert "1 activity report to countersign" in page


def test_before_the_first_school_day(daniel, district, as_user, settings):
    settings.TODAY = str(DAYS[0] - timedelta(3))
    page = body(as_user(daniel).get(reverse("oversight:so_far", args=[district.schools[0].pk])))
    assert "No school day yet" in page


def test_a_neighbours_statement_does_not_exist(written, district, client, elsewhere):
    for who in (somebody("ana.paz", "principal", school=district.schools[1]), elsewhere):
        client.force_login(who)
        for name, key in (("statement", written.pk), ("statement_paper", written.pk), ("so_far", written.school_id)):
            assert client.get(reverse(f"oversight:{name}", args=[key])).status_code == 404
        assert "No statement yet" in body(client.get(reverse("oversight:statements")))
