"""A recovery day: its lists, sheets that say no more than they must, results entered together and once."""

import re
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from firstbell.cases.models import Entry
from firstbell.cases.rules import NotAllowed
from firstbell.core.access import EVERYTHING, May, Scope
from firstbell.core.models import JournalLine
from firstbell.recovery import actions, queries
from firstbell.recovery.actions.days import Came
from firstbell.recovery.models import Day, Search, Stop
from firstbell.recovery.queries.sheets import sheets
from firstbell.recovery.rules.days import MOST, RESULTS
from tests.attendance.conftest import DAYS

pytestmark = pytest.mark.django_db
TODAY = DAYS[9]
PLAN = {"name": "September day", "on": TODAY, "how": "visit", "area": "postal", "phone": "(213) 555-0100"}


@pytest.fixture
def two(pupil, lost_night, family):
    """Two lost students with families, on the tenth day."""
    found = []
    for _ in range(2):
        who = pupil("....UU??UUUUUUU")
        family(who)
        found.append(who)
    lost_night(9)
    return [Search.objects.select_related("student", "school").get(student=who) for who in found]


@pytest.fixture
def day(two, rosa, district):
    return actions.plan_day(searches=two, by=rosa, school=district.schools[0], **PLAN)


def stops(day: Day) -> list[Stop]:
    return list(day.stops.order_by("pk"))


def test_a_day_has_a_stop_for_everybody_in_their_area(day, two):
    assert [(stop.search_id, stop.area, stop.result) for stop in stops(day)] == [
        (one.pk, "90090", "") for one in two
    ]  # fmt: skip
    assert JournalLine.objects.get(verb="recovery.day_planned").detail["stops"] == 2


def test_lists_by_school(two, rosa, district):
    day = actions.plan_day(searches=two, by=rosa, school=district.schools[0], **(PLAN | {"area": "school"}))
    assert {stop.area for stop in stops(day)} == {"School 1"}


def test_who_has_no_address_is_on_a_list_too(lost, rosa, district):
    day = actions.plan_day(searches=[lost], by=rosa, school=district.schools[0], **PLAN)
    assert [stop.area for stop in stops(day)] == ["No area"]
    assert sheets(day, stops(day))[0].asks[0].where == ()


@pytest.mark.parametrize(("change", "words"), [
    ({"name": " "}, "has a name"), ({"phone": ""}, "a number that volunteers give"),
    ({"on": TODAY - timedelta(1)}, "today or a later day"), ({"how": "shout"}, "whether doors are knocked at"),
    ({"area": "moon"}, "how the lists are cut"), ({"searches": []}, "Nobody on the board fits"),
])  # fmt: skip
def test_a_day_that_is_none_is_refused(two, rosa, district, change, words):
    told = PLAN | {"searches": two} | change
    with pytest.raises(NotAllowed, match=words):
        actions.plan_day(by=rosa, school=district.schools[0], **told)
    assert not Day.objects.exists()


def test_a_day_is_not_larger_than_people_can_do(two, rosa, district):
    with pytest.raises(NotAllowed, match=f"{MOST} at most"):
        actions.plan_day(by=rosa, school=district.schools[0], searches=[two[0]] * (MOST + 1), **PLAN)


def test_who_is_off_the_board_is_not_looked_for(two, rosa, district):
    actions.come_back(search=two[0], on=TODAY, seen_by="x", by=rosa)
    two[0].refresh_from_db()
    day = actions.plan_day(searches=two, by=rosa, school=district.schools[0], **PLAN)
    assert [stop.search for stop in stops(day)] == [two[1]]


# -- the sheets --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "where"), [("visit", ("0 Elm Street", "Rosalia CA 90090")), ("call", ("(213) 555-0140",))]
)
def test_a_sheet_says_whom_to_ask_for_and_where_and_nothing_else(two, rosa, district, how, where):
    day = actions.plan_day(searches=two[:1], by=rosa, school=district.schools[0], **(PLAN | {"how": how}))
    sheet = sheets(day, stops(day))[0]
    ask = sheet.asks[0]
    assert (ask.name, ask.grade, ask.language, ask.whom, ask.where) == (
        "Ada0 Okoye0",
        "09",
        "es",
        "Mother Okoye",
        where,
    )
    assert set(type(ask).__dataclass_fields__) == {"name", "grade", "language", "whom", "where"}


def test_the_page_of_sheets_holds_no_reason_standing_health_or_status(two, day, sign_in):
    page = sign_in("counselor").get(f"/recovery/days/{day.pk}/sheets/").content.decode()
    main = re.sub(r"<[^>]+>", " ", page.split("<main")[1].split("</main>")[0])
    for needed in ("Ada0 Okoye0", "Grade 9", "0 Elm Street", "Spanish", "(213) 555-0100"):
        assert needed in main
    for search in two:
        assert search.student.key not in main
    for word in ("absent", "unseen", "unexcused", "truan", "chronic", "drop", "exit", "program", "born", "court",
                 "Father", "555-014", "2 Elm Street", "Stopped coming", "school day"):  # fmt: skip
        assert word.casefold() not in main.casefold(), word


# -- what came of it ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("result", RESULTS)
def test_a_result_is_an_entry_of_the_contact_log_once(day, rosa, result):
    stop = stops(day)[0]
    came = {stop.pk: Came(result, "At the corner.")}
    assert actions.enter_results(day=day, results=came, by=rosa) == 1
    stop.refresh_from_db()
    entries = Entry.objects.filter(student=stop.search.student_id)
    assert entries.count() == bool(RESULTS[result].outcome)
    if RESULTS[result].outcome:
        entry = entries.get()
        assert (entry.kind, entry.outcome, entry.on) == ("visit", RESULTS[result].outcome, TODAY)
        assert entry.said == f"September day: {RESULTS[result].label.lower()}. At the corner."
        assert stop.entry == entry
    assert stop.search.state == ("located" if RESULTS[result].found else "unseen")
    assert (stop.result, stop.entered_by) == (result, rosa)
    assert actions.enter_results(day=day, results=came, by=rosa) == 0
    assert Entry.objects.count() == bool(RESULTS[result].outcome)
    assert JournalLine.objects.filter(verb="recovery.results_entered").count() == 1


def test_a_visit_is_the_step_of_its_search(day, rosa):
    stop = stops(day)[0]
    actions.enter_results(day=day, results={stop.pk: Came("nobody")}, by=rosa)
    states = {line.key: line.state for line in queries.look(stop.search).lines}
    assert states["visit"] == "done"


def test_the_whole_day_together(day, rosa):
    first, second = stops(day)
    actions.enter_results(day=day, results={first.pk: Came("student"), second.pk: Came("unsure")}, by=rosa)
    whole = queries.together(queries.grouped(queries.stops_of(day, EVERYTHING)))
    assert (whole.stops, whole.entered, whole.reached, whole.found) == (2, 2, 2, 1)
    shown = queries.days(EVERYTHING).get()
    assert (shown.many, shown.entered, shown.found) == (2, 2, 1)


@pytest.mark.parametrize(("came", "words"), [
    (Came("abducted"), "There is no result"), (Came("nobody", "x" * 301), "at most 300 characters; one has 301"),
])  # fmt: skip
def test_a_result_that_is_none_is_refused_and_none_is_entered(day, rosa, came, words):
    first, second = stops(day)
    with pytest.raises(NotAllowed, match=words):
        actions.enter_results(day=day, results={first.pk: Came("nobody"), second.pk: came}, by=rosa)
    assert not Stop.objects.exclude(result="").exists()


def test_nothing_is_entered_before_the_day(two, rosa, district):
    day = actions.plan_day(searches=two, by=rosa, school=district.schools[0], **(PLAN | {"on": date(2025, 9, 20)}))
    with pytest.raises(NotAllowed, match="The day is 20 September"):
        actions.enter_results(day=day, results={stops(day)[0].pk: Came("nobody")}, by=rosa)


def test_what_came_of_a_search_that_has_ended_is_still_on_record(day, two, rosa):
    actions.come_back(search=two[0], on=TODAY, seen_by="x", by=rosa)
    actions.enter_results(day=day, results={stops(day)[0].pk: Came("family", "Back since today.")}, by=rosa)
    assert Search.objects.get(pk=two[0].pk).state == "back"
    assert Entry.objects.count() == 1


def test_the_database_holds_no_result_without_a_person(day):
    with pytest.raises(IntegrityError, match="result_entered_by_somebody"), transaction.atomic():
        Stop.objects.filter(pk=stops(day)[0].pk).update(result="nobody")


# -- who sees which day ------------------------------------------------------------------------------------------------


def test_days_and_stops_are_the_scopes(day, two, rosa, district, lost_night):
    mine = Scope(may=frozenset(May), schools=frozenset({district.schools[0].pk}))
    theirs = Scope(may=frozenset(May), schools=frozenset({district.schools[1].pk}))
    assert list(queries.days(mine)) == [day]
    assert not queries.days(theirs)
    everyone = actions.plan_day(searches=two, by=rosa, **(PLAN | {"name": "All"}))
    assert list(queries.days(mine)) == [day]  # a day of the whole district is not of a school
    assert queries.stops_of(everyone, theirs).count() == 0
    assert queries.stops_of(everyone, mine).count() == 2


@pytest.mark.parametrize(("lanes", "grade", "many"), [
    (["several"], 0, 2), (["many"], 0, 0), (["several", "left"], 9, 2), (["several"], 10, 0),
])  # fmt: skip
def test_whom_a_day_would_look_for(two, district, lanes, grade, many):
    found = queries.open_for(EVERYTHING, lanes, school=district.schools[0].pk, region=None, grade_from=grade)
    assert len(found) == many
    assert not queries.open_for(EVERYTHING, lanes, school=district.schools[1].pk, region=None, grade_from=0)
