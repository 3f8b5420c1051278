"""A month's figures: counted once, for their person first, annotated by them; what is asked, and how it is counted."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import make_aware

from firstbell.cases import actions as cases
from firstbell.cases.models import Entry
from firstbell.core.models import JournalLine
from firstbell.core.refusals import NotAllowed
from firstbell.oversight.actions import figures as actions
from firstbell.oversight.models import Figure, Question
from firstbell.oversight.queries import figures as queries
from firstbell.oversight.queries.counting import cells, figures
from firstbell.oversight.queries.people import counselors, posts_of
from firstbell.oversight.rules.outcomes import Cell
from firstbell.site import schedule
from tests.attendance.conftest import DAYS
from tests.oversight.conftest import contact, days

REFUSED = (InternalError, ProgrammingError, IntegrityError)
SEPTEMBER = date(2025, 9, 1)


def data(user, on):
    return figures(posts_of([user.pk], on), SEPTEMBER, on)[user.pk]


@pytest.fixture
def counted(caseload, counselor, hugo, today) -> Figure:
    actions.count_month(on=today)
    return Figure.objects.get(user=counselor)


# -- counting ----------------------------------------------------------------------------------------------------------


def test_load_is_of_whom_they_answer_for(caseload, counselor, hugo, today):
    """Seven in tier 2 who miss a tenth weigh three each."""
    assert data(counselor, today)["load"] == {"students": 7, "weight": 21, "minutes": 2400, "a_week": 21}
    assert data(hugo, today)["load"]["students"] == 0


def test_coverage_is_of_everybody_under_ninety_at_their_schools(counselor, hugo, pupil, today):
    low = [pupil(f"L-{n}", absent=7, national_band="moderate") for n in range(4)]
    pupil("L-9", absent=6, national_band="moderate")  # six of sixty is ninety percent
    pupil("L-8", at=1, absent=30, national_band="severe")
    contact(low[0], counselor)
    for _ in range(5):
        contact(low[1], hugo)  # reached is reached, whoever it was, and once
    contact(low[2], counselor, on=today - days(14))
    contact(low[3], counselor, outcome="no_answer")
    assert data(counselor, today)["coverage"] == {"part": 2, "whole": 4}


@pytest.mark.parametrize(
    ("words", "counts"),
    [
        ({"said": ""}, 0), ({"said": "", "number": "213 555 0142"}, 1), ({"said": "", "barriers": ["health"]}, 1),
        ({"said": "Spoke to the aunt."}, 1), ({"said": "", "next_step": cases.Next("call", DAYS[-1])}, 1),
    ],
)  # fmt: skip
def test_a_contact_counts_when_it_leaves_a_trace(counselor, pupil, today, words, counts):
    who = pupil("L-1", absent=20, national_band="severe")
    cases.open_case(student=who, by=counselor, lead=counselor, tier=2)
    contact(who, counselor, **words)
    assert data(counselor, today)["coverage"]["part"] == counts


def test_legal_dates_are_those_that_fell_due_in_the_month(truant, counselor, take, today):
    take("report", 5)
    assert data(counselor, today)["timeliness"]["due"] == 1
    assert data(counselor, today)["timeliness"]["met"] == 0
    take("notice", 7)
    assert data(counselor, today)["timeliness"]["met"] == 1


def test_tasks_count_by_their_day(caseload, counselor, today, settings):
    settings.TODAY = DAYS[10].isoformat()
    ours = [cases.ask(case=one, kind="other", text="Look", due_on=DAYS[12], by=counselor, owner=counselor)
            for one in caseload[:3]]  # fmt: skip
    cases.finish(task=ours[0], outcome="Looked.", by=counselor)
    settings.TODAY = DAYS[14].isoformat()
    cases.finish(task=ours[1], outcome="Late.", by=counselor)
    settings.TODAY = today.isoformat()
    told = data(counselor, today)["timeliness"]
    assert (told["kept"], told["promised"]) == (1, 3)


def test_cells_are_sums_over_students(pupil, district):
    for n, (before, last) in enumerate([(4, 1), (4, 4), (2, 5), (1, 0), (9, 0)]):
        pupil(f"S-{n}", before20=before, last20=last)
    pupil("S-9", before20=4, last20=0, enrolled=39)  # too short a time to have two windows
    school = district.schools[0].pk
    assert sorted(cells(), key=lambda one: one.stratum) == [
        Cell(school, ("Kindergarten to grade 5", 2), 1, -3, 9), Cell(school, ("Kindergarten to grade 5", 4), 2, 3, 9),
        Cell(school, ("Kindergarten to grade 5", 8), 1, 9, 81),
    ]  # fmt: skip


def test_outcomes_come_from_the_standings_and_not_from_the_log(counselor, hugo, pupil, today):
    for n in range(15):
        pupil(f"A-{n}", before20=4, last20=n % 2)
        pupil(f"B-{n}", at=1, before20=4, last20=4 - n % 2)
    before = data(counselor, today)["outcome"]
    assert (before["students"], before["alone"]) == (15, 0)
    assert before["low"] > 0
    assert data(hugo, today)["outcome"]["high"] < 0
    for _ in range(3):
        contact(pupil(f"N-{uuid4()}"), counselor)
    assert data(counselor, today)["outcome"] == before


def test_counting_costs_the_same_for_many(caseload, counselor, hugo, marisa, today):
    def cost(people):
        with CaptureQueriesContext(connection) as found:
            figures(posts_of(people, today), SEPTEMBER, today)
        return len(found)

    assert cost([counselor.pk]) == cost([counselor.pk, hugo.pk])


# -- first its person's ------------------------------------------------------------------------------------------------


def test_a_month_is_counted_once(counted, counselor, hugo, today):
    assert {one.user for one in Figure.objects.all()} == {counselor, hugo}
    assert (counted.month, counted.counted_on, counted.opens_on) == (SEPTEMBER, today, today + timedelta(7))
    assert actions.count_month(on=today + timedelta(1)).people == 0
    assert Figure.objects.get(user=counselor).data == counted.data
    assert JournalLine.objects.filter(verb="oversight.month_counted").count() == 1


def test_a_supervisor_waits_for_a_week_or_a_word(counted, counselor, marisa, scope, today):
    def shown(on):
        return [row.figures is not None for row in queries.listed(scope(marisa), [counselor], SEPTEMBER, on)]

    assert shown(today) == [False]
    assert shown(today + timedelta(6)) == [False]
    assert shown(today + timedelta(7)) == [True]
    assert queries.months(counselor, scope(marisa), today) == []
    assert queries.waiting(counselor, scope(marisa), today) == counted
    actions.annotate(figure=counted, text="I was ill for two weeks.", by=counselor)
    assert shown(today) == [True]
    assert queries.months(counselor, scope(marisa), today) == [counted]


def test_only_its_person_annotates_and_once(counted, counselor, marisa):
    with pytest.raises(NotAllowed, match="Only the person"):
        actions.annotate(figure=counted, text="x", by=marisa)
    with pytest.raises(NotAllowed, match="Write what"):
        actions.annotate(figure=counted, text=" ", by=counselor)
    actions.annotate(figure=counted, text="I was ill.", by=counselor)
    with pytest.raises(NotAllowed, match="It stands"):
        actions.annotate(figure=counted, text="And more.", by=counselor)
    for change in ({"said": "Otherwise."}, {"data": {}}, {"opens_on": "2025-01-01"}):
        with pytest.raises(REFUSED), transaction.atomic():
            Figure.objects.filter(pk=counted.pk).update(**change)


def test_colleagues_do_not_see_each_other(counted, counselor, hugo, elsewhere, marisa, scope):
    assert counted in Figure.objects.visible_to(scope(counselor))
    assert counted in Figure.objects.visible_to(scope(marisa))
    assert counted not in Figure.objects.visible_to(scope(hugo))
    assert counted not in Figure.objects.visible_to(scope(elsewhere))


def test_people_come_by_name_and_in_no_other_order(counted, counselor, hugo, marisa, scope, today):
    assert [str(one) for one in counselors(scope(marisa), today)] == ["Rosa Diaz", "Hugo Petrosyan"]


def test_few_students_are_not_told(counted):
    told = {one.key: one.words for one in queries.told(counted)}
    assert list(told) == ["load", "coverage", "timeliness", "quality", "outcome"]
    assert told["outcome"].startswith("Cannot tell")
    assert told["quality"] == "Cannot tell"


# -- questions ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def stuffed(caseload, counselor):
    """Twelve contacts of September, written in one minute and without a trace."""
    for n in range(12):
        contact(caseload[n % 7].student, counselor, on=DAYS[12], said="")
    return caseload


def test_what_is_odd_is_asked_of_the_person(stuffed, counselor, hugo, marisa, scope, today):
    found = actions.count_month(on=today)
    asked = {one.kind: one for one in Question.objects.filter(user=counselor)}
    assert found.questions == len(asked) == Question.objects.count()
    assert {"burst", "untraced"} <= set(asked)
    assert len(asked["untraced"].entries) == 12
    assert queries.questions(counselor, scope(marisa), today) == []
    actions.answer_question(question=asked["burst"], text="From my paper list.", by=counselor)
    assert queries.questions(counselor, scope(marisa), today) == [asked["burst"]]
    with pytest.raises(NotAllowed, match="Only the person"):
        actions.answer_question(question=asked["untraced"], text="x", by=marisa)
    with pytest.raises(NotAllowed, match="What you said stands"):
        actions.answer_question(question=asked["burst"], text="x", by=counselor)


def test_questions_are_in_no_figure(stuffed, counselor, today):
    actions.count_month(on=today)
    assert set(Figure.objects.get(user=counselor).data) == {"load", "coverage", "timeliness", "quality", "outcome"}


def test_an_entry_is_dated_by_the_clock_on_the_wall(counselor, caseload, today):
    from firstbell.oversight.queries.logs import asked_of

    made = contact(caseload[0].student, counselor, on=DAYS[3], said="")
    assert Entry.objects.get(pk=made.pk).at <= make_aware(datetime.now() + timedelta(minutes=1))
    assert asked_of([counselor.pk], SEPTEMBER)[counselor.pk] == []


def test_the_night_counts_the_month_before_once(caseload, counselor, today):
    said: list[str] = []
    schedule.count_month(on=today, say=said.append)
    schedule.count_month(on=today, say=said.append)
    assert "1 counselors counted" in said[0]
    assert "0 counselors counted" in said[1]
    assert Figure.objects.get().user == counselor
