"""A year's figures against a slow recount, and the county's report with its small numbers hidden."""

import csv
import io
from datetime import date, time, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from firstbell.core.access import EVERYTHING, Scope
from firstbell.law.calendar import SchoolYear
from firstbell.panels.models import Agreement, Check, Day, Decision, Directive, Hearing, Referral
from firstbell.panels.queries.tracking import FEW, report, tracking
from firstbell.panels.rules.tracking import OTHER, Share, sex_of, span_of, tallied, waited
from tests.attendance.conftest import DAYS, YEAR
from tests.panels.conftest import at, somebody

NOW = SchoolYear(YEAR)


@pytest.mark.parametrize(
    ("grade", "span"),
    [("KG", 0), ("TK", 0), ("05", 0), ("5", 0), ("06", 1), ("8", 1), ("09", 2), ("12", 2), ("10", 2)],
)
def test_a_grade_is_in_one_span(grade, span):
    titles = ["Kindergarten to grade 5", "Grades 6 to 8", "Grades 9 to 12"]
    assert span_of(grade) == titles[span]


@pytest.mark.parametrize("grade", [None, "", "13", "UE"])
def test_what_is_no_grade_is_not_on_file(grade):
    assert span_of(grade) == OTHER
    assert sex_of(None) == OTHER


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 60)), max_size=30))
def test_days_waited_say_the_middle_and_how_many_were_in_time(days):
    found = waited(days)
    assert found.in_time == Share(sum(one <= aim for one, aim in days), len(days))
    assert (found.middle is None) is (not days)
    if days:
        assert min(one for one, _ in days) <= found.middle <= found.longest == max(one for one, _ in days)


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 2))))
def test_tallies_count_everybody_once(rows):
    lines = tallied(rows, 3, "CA")
    assert sum(sum(one.counts) for one in lines) == len(rows)
    assert {one.group for one in lines} == {group for group, _ in rows}


@pytest.fixture
def year(district, sarb, counselor, ines):
    """Fourteen referrals to the board: 12 grade 5 and 2 grade 9, 6 heard after 20 to 45 days, 2 families not there."""
    made, sittings = [], {}
    for n in range(14):
        pupil = district.student(f"T-{n}")
        pupil.grade, pupil.sex = ("09", "F") if n > 11 else ("05", "M")
        pupil.save(update_fields=["grade", "sex"])
        made.append(
            Referral.objects.create(
                student=pupil, panel=sarb, school=pupil.school, year=YEAR, by=counselor, made_on=DAYS[0],
                ground="chronic" if n % 3 else "habitual", why="Days.", sent_on=DAYS[0], state="sent",
            )
        )  # fmt: skip
    for n, (wait, state) in enumerate(
        [(20, "held"), (25, "held"), (30, "held"), (31, "held"), (40, "held"), (45, "held"), (20, "no_show"),
         (25, "no_show")]
    ):  # fmt: skip
        on = DAYS[0] + timedelta(wait)
        day = sittings.get(on) or Day.objects.create(
            panel=sarb, on=on, opens=time(8), closes=time(16), place="12 Alder", rooms=["1"], by=ines
        )
        sittings[on] = day
        start = at(on, 9 + n % 7)
        hearing = Hearing.objects.create(
            panel=sarb, school=made[n].school, day=day, room="1", family=made[n].student_id, state=state,
            span=DateTimeTZRange(start, start + timedelta(minutes=45)),
        )  # fmt: skip
        hearing.referrals.add(made[n])
        Referral.objects.filter(pk=made[n].pk).update(state="heard" if state == "held" else "accepted")
    return made


def directive(referral: Referral, party: str, checks: list[tuple[int, str]], by) -> Directive:
    hearing = referral.hearings.get()
    agreement, _ = Agreement.objects.get_or_create(hearing=hearing)
    made = Directive.objects.create(
        agreement=agreement, student=referral.student, party=party, who="Somebody", what="Something", by=by,
        due_on=DAYS[-1], evidence="attendance" if party == "student" else "word",
    )  # fmt: skip
    for after, outcome in checks:
        said = {"outcome": outcome, "on": DAYS[-1], "at": at(DAYS[-1], 9)} if outcome else {}
        Check.objects.create(directive=made, after_days=after, due_on=DAYS[0] + timedelta(after), **said)
    return made


def test_the_years_figures(year, ines, today):
    directive(year[0], "school", [(10, "late"), (30, "kept")], ines)
    directive(year[0], "agency", [(10, "broken")], ines)
    directive(year[0], "student", [(90, "kept")], ines)
    directive(year[1], "student", [(90, "broken")], ines)
    directive(year[2], "student", [(90, "unknown")], ines)
    directive(year[3], "family", [(10, "")], ines)
    found = tracking(EVERYTHING, NOW, DAYS[0] + timedelta(60))
    sarb = found.stages[-1]
    assert (sarb.kind, sarb.made, sarb.heard, sarb.waiting, sarb.withdrawn) == ("sarb", 14, 6, 8, 0)
    assert sarb.appeared == Share(6, 8)
    assert (sarb.waited.middle, sarb.waited.longest, sarb.waited.in_time) == (30, 45, Share(3, 6))
    assert [(one.side, one.kept, one.late, one.broken) for one in found.sides] == [
        ("school", 1, 0, 0), ("agency", 0, 0, 1), ("family", 0, 0, 0), ("student", 1, 0, 1),
    ]  # fmt: skip
    assert found.returned == Share(1, 2)
    assert found.overdue == 1


def test_what_waits_too_long_and_what_an_agency_owes(year, ines):
    Referral.objects.filter(pk=year[6].pk).update(accepted_on=DAYS[0])
    asked = Decision.objects.create(referral=year[0], what="mediation", why="No answer.", on=DAYS[0], by=ines)
    for days, late in ((30, 0), (31, 1)):
        found = tracking(EVERYTHING, NOW, DAYS[0] + timedelta(days))
        assert len(found.waiting) == late
        assert found.owed == ([asked] if late else [])
    Decision.objects.filter(pk=asked.pk).update(outcome="Family came", outcome_on=DAYS[5], outcome_by="DA")
    assert tracking(EVERYTHING, NOW, DAYS[0] + timedelta(60)).owed == []


def test_a_neighbour_counts_nobody_of_ours(year, district):
    scope = Scope(schools=frozenset({district.schools[1].pk}))
    assert all(one.made == 0 for one in tracking(scope, NOW, DAYS[-1]).stages)
    assert [count for _, count in report(scope, NOW).totals] == [0, 0, 0]


def test_the_countys_report_counts_and_hides(year, ines):
    Referral.objects.filter(pk=year[13].pk).update(state="withdrawn", closed_on=DAYS[5])
    Decision.objects.create(referral=year[0], what="court", why="Four reports.", on=DAYS[9], by=ines)
    found = report(EVERYTHING, NOW)
    assert [count for _, count in found.totals] == [13, 0, 1]
    assert dict(found.types) == {
        "Habitual truancy": 5, "Chronic absence": 8, "Insubordinate or disorderly conduct": 0,
    }  # fmt: skip
    grades = found.tables[0].rows
    assert [row[0] for row in grades] == ["Kindergarten to grade 5", "Grades 9 to 12"]
    assert all(cell == FEW for row in grades for cell in row[1:])  # 12 would give the one ninth grader away


def test_large_groups_are_told(district, sarb, counselor):
    for n in range(24):
        pupil = district.student(f"B-{n}")
        pupil.grade = "07" if n < 12 else "11"
        pupil.save(update_fields=["grade"])
        Referral.objects.create(
            student=pupil, panel=sarb, school=pupil.school, year=YEAR, by=counselor, made_on=DAYS[0], ground="chronic",
            why="Days.", state="sent", sent_on=DAYS[0],
        )  # fmt: skip
    rows = report(EVERYTHING, NOW).tables[0].rows
    assert [(row[0], row[1]) for row in rows] == [("Grades 6 to 8", "12"), ("Grades 9 to 12", "12")]


@pytest.mark.parametrize(("role", "status"), [("coordinator", 200), ("chair", 200), ("counselor", 404), ("clerk", 404)])
def test_who_reads_it(client, year, region, district, role, status):
    where = {"region": region} if role in ("coordinator", "chair") else {"school": district.schools[0]}
    client.force_login(somebody("some.body", role, **where))
    for name in ("tracking", "report", "report_csv"):
        assert client.get(reverse(f"panels:{name}")).status_code == status, name


def test_the_table_for_the_county_is_the_page(client, year, marisa):
    client.force_login(marisa)
    rows = list(csv.reader(io.StringIO(client.get(reverse("panels:report_csv")).content.decode())))
    assert rows[1] == ["All students", "", "14", "0", "0"]
    assert ["By grade", "Grades 9 to 12", FEW, FEW, FEW] in rows
    page = client.get(reverse("panels:report")).content.decode()
    assert "10 or fewer" in page


@pytest.mark.parametrize(("asked", "status"), [("2026", 200), ("1999", 404), ("x", 404), ("20260", 404)])
def test_a_year_is_a_year(client, marisa, asked, status):
    client.force_login(marisa)
    assert client.get(reverse("panels:tracking"), {"year": asked}).status_code == status


def test_an_empty_year_is_said(client, marisa):
    client.force_login(marisa)
    page = " ".join(client.get(reverse("panels:tracking")).content.decode().split())
    assert "Nobody." in page
    assert "Nothing is owed." in page


def test_figures_take_few_questions(year, django_assert_max_num_queries, today):
    with django_assert_max_num_queries(12):
        tracking(EVERYTHING, NOW, date(2026, 1, 10))
    with django_assert_max_num_queries(6):
        report(EVERYTHING, NOW)
