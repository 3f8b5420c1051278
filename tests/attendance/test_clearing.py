"""Clearing an absence: what becomes of the marks, the standing, the record; what waits, and who decides."""

import csv
import io
from datetime import timedelta

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firstbell.attendance import actions
from firstbell.attendance.actions import Conflict, NotAllowed, clear, decide, rebuild, serve, take_back
from firstbell.attendance.models import Clearing, ReasonCode, Sign, Standing
from firstbell.attendance.queries import clearing as queries
from firstbell.attendance.queries import occasions
from firstbell.core.access import EVERYTHING
from firstbell.core.models import JournalLine, User
from firstbell.law.policy import policy_on, with_settings
from firstbell.law.reasons import REASONS, Shown
from firstbell.roster import models as m
from firstbell.roster.actions import receive_marks
from tests.attendance.conftest import DAYS, YEAR
from tests.roster.conftest import COLUMNS

pytestmark = pytest.mark.django_db
TODAY = DAYS[-1]
SERVED = [field.attname for field in Standing._meta.concrete_fields if not field.attname.startswith("was_")]


@pytest.fixture(autouse=True)
def today(settings):
    settings.TODAY = TODAY.isoformat()


@pytest.fixture
def rosa(db) -> User:
    return User.objects.create(username="rosa", first_name="Rosa", last_name="Diaz")


@pytest.fixture
def ana(district, absences):
    """Days ??U?T of a student, served."""
    district.arrives(TODAY)
    pupil = district.student("ana")
    absences(pupil, "??U?")
    district.mark(pupil, DAYS[4], "T", minutes=45)
    m.AttendanceCode.objects.create(
        year=YEAR, code="P", description="Left early with permission", category="Early departure", excused=True,
        absence=False, truancy=False, ada=False, over30=False, arrival=district.arrival,
    )  # fmt: skip
    night()
    return pupil


def night() -> None:
    rebuild(YEAR)
    serve(on=TODAY)


@pytest.fixture
def say(ana, rosa, district):
    """`say(0, "48205a01")`: what is said of the student's first day."""

    def said(day: int, reason: str = "48205a01", **more):
        return clear(student=ana, school=district.schools[0], day=DAYS[day], reason=reason, by=rosa, **more)

    return said


def stands(pupil) -> dict[int, str]:
    rows = m.Mark.objects.filter(student=pupil, withdrawals=None).values_list("day", "code__code")
    return {DAYS.index(day): code for day, code in rows}


def served(pupil) -> tuple[dict, list]:
    standing = Standing.objects.filter(pk=pupil.pk).values(*SERVED).get()
    return standing, list(Sign.objects.filter(student=pupil).order_by("pk").values("rule", "rank", "on", "sentence"))


@pytest.mark.parametrize(("day", "reason", "code"), [
    (0, "48205a01", "E"), (2, "48205a01", "E"), (4, "48205a01", "P"), (0, "unexcused", "U"), (0, "present", None),
    (2, "present", None), (4, "present", None), (0, "48205a06", "E"), (0, "46010.1", "E"),
])  # fmt: skip
def test_a_reason_becomes_a_mark_at_once(say, ana, rosa, day, reason, code):
    m.Student.objects.filter(pk=ana.pk).update(grade="09")
    ana.refresh_from_db()
    one = say(day, reason, evidence="parent_call", said_by="Grandmother")
    assert (one.state, one.by, one.said_by) == ("done", rosa, "Grandmother")
    assert stands(ana).get(day) == code
    assert [c for _, c in one.now] == ([code] if code else [])
    arrival = one.statement.arrival
    assert (arrival.source, arrival.by) == ("firstbell", rosa)
    line = JournalLine.objects.get(verb="attendance.cleared")
    assert (line.by, line.about_id, line.detail["student"]) == (rosa, one.pk, ana.pk)
    assert "reason" not in line.detail, "a confidential reason is not in the journal"
    now = served(ana)
    night()
    assert served(ana) == now, "the night agrees"


def test_the_figures_follow_in_the_same_request(say, ana):
    before = Standing.objects.get(pk=ana.pk)
    say(2)
    say(1, "present")
    say(0, "unexcused")
    now = Standing.objects.get(pk=ana.pk)
    assert (before.unverified, before.unexcused, before.excused, before.absent) == (3, 1, 0, 4)
    assert (now.unverified, now.unexcused, now.excused, now.absent) == (1, 1, 1, 3)
    assert (before.occasions, now.occasions) == (2, 2)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.sampled_from(["48205a01", "unexcused", "present"])), min_size=1, max_size=5
    )
)
def test_clearing_and_taking_back_gives_back_everything(say, ana, rosa, told):
    before = served(ana), stands(ana)
    done = []
    for day, reason in {day: (day, reason) for day, reason in told}.values():
        if not (reason == "unexcused" and day in (2, 4)):
            done.append(say(day, reason))
    for one in done:
        take_back(clearing=one, why="a mistake", by=rosa)
    assert (served(ana), stands(ana)) == before


def test_a_limit_leads_to_an_administrator(say, ana, district, absences):
    for day in DAYS[10:16]:
        district.mark(ana, day, "?")
    outcomes = [say(10 + n, "48205a04", incident="Grandfather").state for n in range(6)]
    assert outcomes == ["done"] * 5 + ["waiting"]
    waiting = Clearing.objects.get(state="waiting")
    assert waiting.finding["outcome"] == "administrator"
    assert waiting.finding["reasons"][0]["section"] == "EC 48260(c)"
    assert stands(ana)[15] == "?", "until then the marks stay"
    assert queries.limits_used([ana.pk], DAYS[15])[ana.pk] == {"48205a04": "5 of 5 days used for Grandfather"}
    other = say(0, "48205a04", incident="Aunt")
    assert other.state == "done", "each event has its own days"


def test_an_earlier_day_does_not_push_a_later_one_over(say, ana, district):
    for day in DAYS[10:15]:
        district.mark(ana, day, "?")
        say(DAYS.index(day), "48205a04")
    assert say(0, "48205a04").state == "waiting"


@pytest.mark.parametrize(("reason", "shown", "state"), [
    ("48205a07", (), "waiting"),
    ("48205a07", (Shown.PARENT_REQUEST,), "waiting"),
    ("48205a07", (Shown.PARENT_REQUEST, Shown.PRINCIPAL_APPROVAL), "done"),
    ("48205a15", (), "waiting"),
    ("48205a12", (), "waiting"),
    ("48205a06", (), "done"),
])  # fmt: skip
def test_what_the_law_asks_for(say, reason, shown, state):
    assert say(0, reason, shown=shown).state == state


def test_an_administrator_accepts_and_the_marks_follow(say, ana, rosa):
    one = say(0, "48205a15", note="A flood in the street")
    sofia = User.objects.create(username="sofia", first_name="Sofia")
    done = decide(clearing=one, allow=True, why="The bus could not run.", by=sofia)
    assert (done.state, done.decided_by, done.why) == ("done", sofia, "The bus could not run.")
    assert done.decided_at is not None
    assert stands(ana)[0] == "E"
    assert done.finding["outcome"] == "excused"
    assert JournalLine.objects.filter(verb="attendance.allowed", by=sofia, about_id=one.pk).exists()
    now = served(ana)
    night()
    assert served(ana) == now


def test_an_administrator_does_not_accept(say, ana, rosa):
    one = decide(clearing=say(0, "48205a15"), allow=False, why="No ground was given.", by=rosa)
    assert (one.state, one.finding["outcome"], stands(ana)[0]) == ("refused", "not_excused", "?")
    assert JournalLine.objects.get(verb="attendance.refused").detail["why"] == "No ground was given."
    assert say(0, "unexcused").state == "done", "it can be settled otherwise"


@pytest.mark.parametrize("why", ["", "  "])
def test_a_decision_and_a_taking_back_say_why(say, rosa, why):
    one = say(0, "48205a15")
    with pytest.raises(NotAllowed, match="why"):
        decide(clearing=one, allow=True, why=why, by=rosa)
    with pytest.raises(NotAllowed, match="why"):
        take_back(clearing=one, why=why, by=rosa)
    one.refresh_from_db()
    assert one.state == "waiting"


def test_what_is_settled_is_not_settled_twice(say, rosa):
    one = say(0)
    with pytest.raises(Conflict, match="cleared already"):
        say(0, "unexcused")
    with pytest.raises(Conflict, match="settled already"):
        decide(clearing=one, allow=False, why="no", by=rosa)
    take_back(clearing=one, why="a mistake", by=rosa)
    with pytest.raises(Conflict):
        take_back(clearing=one, why="again", by=rosa)
    assert say(0).state == "done"


def test_two_at_once(say, ana, district):
    seen = [mark.pk for mark in queries.marks_of(ana, district.schools[0], DAYS[0])]
    say(0, seen=seen)
    with pytest.raises(Conflict, match="Cleared a moment ago by Rosa Diaz"):
        say(0, "present", seen=seen)
    say(1, "48205a15")
    with pytest.raises(Conflict, match="waits for a decision"):
        say(1, "48205a01")
    district.mark(ana, DAYS[3], "E")
    with pytest.raises(Conflict, match="New marks"):
        say(3, seen=[1])


def test_nothing_to_clear(say):
    with pytest.raises(NotAllowed, match="Nothing of this day"):
        say(9)
    with pytest.raises(NotAllowed, match="Nothing of this day"):
        say(2, "unexcused")


def test_a_code_that_fits_or_a_plain_word(say, ana, district):
    fields = {"year": YEAR, "category": "Excused Absence", "excused": True, "absence": True, "truancy": False,
              "ada": False, "over30": False, "arrival": district.arrival}  # fmt: skip
    m.AttendanceCode.objects.create(code="M", description="Medical or dental appointment", **fields)
    m.AttendanceCode.objects.create(code="Z", description="Special", **fields)
    say(0, "48205a03")
    assert stands(ana)[0] == "M", "the words fit best"
    ReasonCode.objects.create(reason="48205a01", code="Z")
    say(1)
    assert stands(ana)[1] == "Z", "the district named it"
    m.AttendanceCode.objects.filter(excused=True).update(live=False)
    with pytest.raises(NotAllowed, match="The code table of the student system needs one"):
        say(3)
    assert stands(ana)[3] == "?"


def test_periods_are_cleared_together_and_settled_ones_stay(say, ana, district):
    for period, code in (("1", "?"), ("2", "U"), ("3", "E")):
        district.mark(ana, DAYS[8], code, period=period)
    one = say(8)
    assert one.was == [["1", "?"], ["2", "U"], ["3", "E"]]
    assert one.now == [["1", "E"], ["2", "E"], ["3", "E"]]
    assert m.Mark.objects.filter(student=ana, day=DAYS[8], withdrawals=None).count() == 3


def file(ana, *codes) -> dict:
    """The next night's file: these codes on the student's first days, whole days but the last."""
    import polars as pl

    rows = [("ana", "S1", day, "", code, -1, -1) for day, code in zip(DAYS, codes, strict=False) if code]
    rows.append(("ana", "S1", DAYS[4], "", "T", 45, -1))
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


@pytest.mark.parametrize(("codes", "lines", "third"), [
    (("?", "?", "U", "?"), [("?", "E")], False),
    (("E", "?", "U", "?"), [], False),
    (("U", "?", "U", "?"), [("U", "E")], True),
    ((None, "?", "U", "?"), [("", "E")], True),
])  # fmt: skip
def test_an_import_after_a_clearing(say, ana, district, codes, lines, third):
    say(0)
    receive_marks(file(ana, *codes), arrival=district.arrives(TODAY))
    assert stands(ana)[0] == "E"
    found = list(queries.corrections(EVERYTHING))
    assert [(line.was, line.now) for line in found] == lines
    assert any(line.third for line in found) is third
    assert receive_marks(file(ana, *codes), arrival=district.arrives(TODAY)).changed == 0
    now = served(ana)
    night()
    assert served(ana) == now


def test_the_file_for_the_student_system(say, ana, district):
    m.Student.objects.filter(pk=ana.pk).update(key="=cmd()", grade="09")
    ana.refresh_from_db()
    say(0)
    say(1, "46010.1")
    rows = list(queries.corrections_csv(EVERYTHING))
    assert rows[0] == list(queries.COLUMNS)
    assert [row[:7] for row in rows[1:]] == [
        ["'=cmd()", "S1", DAYS[0].isoformat(), "", "?", "E", "EC 48205(a)(1)"],
        ["'=cmd()", "S1", DAYS[1].isoformat(), "", "?", "E", "excused"],
    ]
    assert list(queries.corrections_csv(EVERYTHING, since=TODAY + timedelta(3650))) == rows[:1]


def test_the_command_prints_the_corrections(say, ana):
    from firstbell.cli import main

    say(0)
    printed = CliRunner().invoke(main, ["attendance", "corrections", "--format", "csv"])
    assert printed.exit_code == 0, printed.output
    assert list(csv.reader(io.StringIO(printed.stdout)))[1][:2] == ["ana", "S1"]


def test_what_is_not_known_yet_is_no_occasion_and_the_office_is_asked(say, ana):
    assert actions.settle_overdue(on=TODAY) == 0
    assert DAYS[0] not in occasions(YEAR)["day"].to_list()
    [first, *_] = queries.waiting_days(EVERYTHING, ana.school, TODAY)
    assert (first.day, first.overdue, first.ends) == (DAYS[0], True, DAYS[0] + timedelta(10))


def test_a_district_may_let_the_night_settle(ana, say, monkeypatch):
    late = with_settings(policy_on(TODAY), **{"excuses.overdue_unexcused": True})
    monkeypatch.setattr("firstbell.attendance.actions.clearing.policy_on", lambda on: late)
    say(1, "48205a15")
    assert actions.settle_overdue(on=DAYS[0] + timedelta(11)) == 1, "one waits, one has its grace still"
    assert {day: code for day, code in stands(ana).items() if day < 4} == {0: "U", 1: "?", 2: "U", 3: "?"}
    one = Clearing.objects.get(reason="unexcused")
    assert (one.by, one.note) == (None, "Nobody gave a reason in time.")
    assert JournalLine.objects.get(verb="attendance.cleared").by is None
    assert actions.settle_overdue(on=DAYS[0] + timedelta(11)) == 0


def test_every_reason_has_a_letter_of_its_own():
    letters = [label[0] for _, label in queries.choices(queries.Row(*[None] * 4, None, False, False))[1:]]
    assert len(letters) == len(set(letters)) == len(queries.CHOICES)
    assert set(queries.CHOICES) == (set(REASONS) - {"suspension"}) | {"unexcused", "present"}
