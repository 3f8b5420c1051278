"""Who opens which page, what a neighbour finds, what a form keeps, and how the board is narrowed and counted."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from firstbell.cases.models import Entry, Task
from firstbell.core.models import AccessRow, JournalLine, User
from firstbell.recovery import actions, urls
from firstbell.recovery.models import Day, Proof, Return, Search, Step, Stop, Turn
from firstbell.recovery.rules import LANES
from firstbell.roster.models import Region, School
from tests.attendance.conftest import DAYS

pytestmark = pytest.mark.django_db
TODAY = DAYS[9]
ROLES = {
    "clerk": 0, "counselor": 0, "principal": 0, "coordinator": 0, "region_counselor": 0, "chair": 0, "director": None,
    "engineer": None, "teacher": 0,
}  # fmt: skip
SEES = {"clerk", "counselor", "principal", "coordinator", "region_counselor", "chair", "director"}
SEARCHES = {"clerk", "counselor", "coordinator", "chair", "director"}
PROVES = SEARCHES - {"clerk"}
PLANS = PROVES | {"region_counselor"}
OPENS = {
    "board": SEES, "search": SEES, "days": SEES, "day": SEES, "begin": SEARCHES, "contact": SEARCHES, "taken": SEARCHES,
    "locate": SEARCHES, "lose": SEARCHES, "back": SEARCHES, "hand": SEARCHES, "return": PROVES, "proof": PROVES,
    "close": PROVES, "reopen": PROVES, "new_day": PLANS, "sheets": PLANS, "results": PLANS,
}  # fmt: skip
WRITES = set(OPENS) - {"board", "search", "days", "day", "sheets"}
ONLY_POST = {"contact", "taken", "locate", "lose", "back", "hand", "return", "proof", "close", "reopen"}
SCRIPT = "<script>alert(1)</script>"


def text(answer, status: int = 200) -> str:
    assert answer.status_code == status
    return re.sub(r"\s+", " ", answer.content.decode().replace("\xa0", " "))


def at(name: str, *args) -> str:
    return reverse(f"recovery:{name}", args=args)


@pytest.fixture
def day(lost, rosa, district) -> Day:
    return actions.plan_day(
        name="September day", on=TODAY, how="visit", area="school", phone="(213) 555-0100", searches=[lost], by=rosa,
        school=district.schools[0],
    )  # fmt: skip


@pytest.fixture
def paths(lost, day) -> dict[str, str]:
    """Every route of the slice, at things of the first school."""
    given = {"search_id": lost.pk, "student_id": lost.student_id, "day_id": day.pk}
    return {
        one.name: reverse(f"recovery:{one.name}", kwargs={key: given[key] for key in one.pattern.converters})
        for one in urls.urlpatterns
    }


@pytest.mark.parametrize("role", ROLES)
def test_who_opens_which_page(sign_in, paths, role):
    assert set(paths) == set(OPENS)
    client = sign_in(role, at=ROLES[role])
    for name, who in OPENS.items():
        expected = 302 if name in ONLY_POST else 200
        assert client.get(paths[name]).status_code == (expected if role in who else 404), name
    before = JournalLine.objects.count()
    for name in WRITES:
        if role not in OPENS[name]:
            assert client.post(paths[name], {"why": "x", "kind": "state"}).status_code == 404, name
    for name in set(paths) - WRITES:
        assert client.post(paths[name], {}).status_code == (405 if role in OPENS[name] else 404), name
    assert JournalLine.objects.count() == before


@pytest.mark.parametrize("role", ["counselor", "clerk", "principal"])
def test_a_neighbour_finds_nothing(sign_in, paths, lost, role):
    client = sign_in(role, at=1)
    for name in set(paths) - {"board", "days", "new_day"}:
        assert client.get(paths[name]).status_code == 404, name
        assert client.post(paths[name], {"why": "x", "kind": "state"}).status_code in (404, 405), name
    for query in ("", "?lane=several", "?lane=closed", f"?school={lost.school_id}"):
        assert lost.student.name not in text(client.get(paths["board"] + query))
    assert "September day" not in text(client.get(paths["days"]))
    assert not AccessRow.objects.exists()
    assert Search.objects.get().state == "unseen"


@pytest.mark.parametrize("name", ["board", "search", "begin", "day", "sheets", "results"])
def test_opening_a_record_is_logged(sign_in, paths, lost, name):
    sign_in("counselor").get(paths[name])
    assert AccessRow.objects.filter(student_id=lost.student_id, route=f"recovery:{name}").exists()


# -- the board ---------------------------------------------------------------------------------------------------------


def test_the_board_shows_everybody_in_their_column(sign_in, pupil, lost_night, lost, district):
    district.arrives(DAYS[9])
    early, never = pupil("........UU"), pupil("UUUUUUUUUU")
    lost_night(9)
    shown = text(sign_in("counselor").get(at("board")))
    for title in (
        "Unseen 1 to 3 days",
        "Unseen 4 to 9 days",
        "Unseen 10 days and more",
        "Left without proof",
        "Located",
    ):
        assert title in shown
    for who in (early, never, lost.student):
        assert who.name in shown
    assert "Last seen Thu 4 Sep, 6 school days ago" in shown
    assert "Never seen, missed for 10 school days" in shown
    assert "no word for 2 school days" in shown
    assert "first in line" in shown
    assert "3 students nobody has seen" in shown


def test_an_empty_board_says_so(sign_in, district, lost_night):
    lost_night(9)
    client = sign_in("counselor")
    assert text(client.get(at("board"))).count("Nobody.") == len(LANES)
    for lane in LANES:
        assert "Nobody is in this column" in text(client.get(at("board") + f"?lane={lane}"))
    assert "Nothing has ended yet" in text(client.get(at("board") + "?lane=closed"))
    assert "No day is planned" in text(client.get(at("days")))


@pytest.mark.parametrize(("query", "there"), [
    ("lane=several", True), ("lane=several&grade=09", True), ("lane=several&grade=05", False),
    ("lane=several&kind=unseen", True), ("lane=several&kind=exit", False), ("lane=several&owner=none", True),
    ("lane=several&owner=1", False), ("lane=many", False), ("lane=several&school=x", False), ("lane=nonsense", True),
    ("school=999999", False), ("grade=09", True), ("kind=no_show", False), ("owner=none", True),
])  # fmt: skip
def test_the_board_is_narrowed(sign_in, lost, query, there):
    assert (lost.student.name in text(sign_in("counselor").get(f"{at('board')}?{query}"))) is there


def test_a_long_column_is_paged_in_the_order_of_the_law(sign_in, pupil, lost_night, rosa):
    for n in range(52):
        pupil("." + "U" * 9, born=DAYS[0].replace(year=2007 + n % 3) + timedelta(n))
    lost_night(9)
    soonest = Search.objects.order_by("adult_on").first()
    client = sign_in("counselor")
    first = text(client.get(at("board") + "?lane=several"))
    assert "1 to 50 of 52" in first
    assert first.split('class="who"')[1].split("</a>")[0].endswith(f">{soonest.student.name}")
    assert "51 to 52 of 52" in text(client.get(at("board") + "?lane=several&page=2"))
    assert "All 52" in text(client.get(at("board")))


def test_the_first_column_lists_searches_and_then_the_unseen(sign_in, pupil, lost_night, rosa):
    people = [pupil("........UU") for _ in range(4)]
    lost_night(9)
    actions.begin(student=people[2], why="Heard something.", by=rosa)
    shown = text(sign_in("counselor").get(at("board") + "?lane=few"))
    assert shown.count("Begin a search<span") == 3
    assert "1 to 4 of 4" in shown
    assert shown.index(people[2].name) < min(shown.index(one.name) for one in people if one != people[2])


def test_a_director_sees_regions_then_schools_then_students(sign_in, lost, district):
    region = Region.objects.create(key="E", name="Region East", arrival=district.arrival)
    School.objects.filter(pk=district.schools[0].pk).update(region=region)
    client = sign_in("director", at=None)
    first = text(client.get(at("board")))
    assert "Region East" in first
    assert "No region" in first
    assert lost.student.name not in first
    assert not AccessRow.objects.exists()  # counts open nobody's record
    second = text(client.get(at("board") + f"?region={region.pk}"))
    assert "School 1" in second
    assert "School 2" not in second
    assert lost.student.name in text(client.get(at("board") + f"?region={region.pk}&school={lost.school_id}"))
    assert lost.student.name in text(client.get(at("board") + "?all=1"))


def test_counts_are_of_every_school_and_column(lost, pupil, lost_night, district, rosa):
    from firstbell.core.access import EVERYTHING  # with the queries they are given to
    from firstbell.recovery.queries import Asked, counts, waiting

    district.arrives(DAYS[9])
    pupil("........UU", at=1)
    lost_night(9)
    first, second = (school.pk for school in district.schools)
    assert counts(EVERYTHING, Asked()) == {first: {"several": 1}, second: {"few": 1}}
    told = waiting(EVERYTHING, rosa.pk)
    assert (told.several, told.many, told.left, told.located, told.mine) == (1, 0, 0, 0, 0)
    actions.hand_to(search=lost, owner=rosa, by=rosa, due_on=TODAY)
    assert waiting(EVERYTHING, rosa.pk).mine == 1
    assert not waiting(EVERYTHING, school=str(second))


# -- one search --------------------------------------------------------------------------------------------------------


def test_the_page_holds_what_the_work_list_must(sign_in, lost, family, take):
    family(lost.student)
    take(lost, "state", "nothing", said="No enrolment in the state.")
    shown = text(sign_in("counselor").get(at("search", lost.pk)))
    for words in (
        "Last seen", "Thu 4 Sep", "6 school days", "3 Nov 2010, age 14, 18 on 3 Nov 2028", "Grade 9", "Rights holder",
        "Mother Okoye", "Texts allowed", "yes, to a number on file", "Home language", "State&#x27;s data",
        "Fri 12 Sep: learned nothing", "Exit on file", "enrolled", "Truancy reports", "Census Day", "7 Oct 2026",
        "Credits short", "Programs", "In the way", "Numbers on file", "0 of 2 numbers tried",
        "0 of 1 emergency contact tried", "Next", "No enrolment in the state.",
    ):  # fmt: skip
        assert words in shown, words
    assert "(213) 555-0142" not in shown  # the father must not be called
    assert "Father" not in shown


def test_a_contact_is_logged_from_the_page(sign_in, lost, family):
    people = family(lost.student)
    told = {"key": str(uuid4()), "how": "call", "outcome": "reached", "said": "She is at an aunt's.",
            "whom": f"{people['mother'].pk}:(213) 555-0140"}  # fmt: skip
    client = sign_in("counselor")
    assert client.post(at("contact", lost.pk), told).headers["Location"] == at("search", lost.pk)
    client.post(at("contact", lost.pk), told)
    entry = Entry.objects.get()
    assert (entry.contact, entry.number, entry.said) == (people["mother"], "(213) 555-0140", "She is at an aunt's.")
    assert "Call: reached is on record" in text(client.get(at("search", lost.pk)))


def test_a_step_is_written_down_from_the_page(sign_in, lost):
    told = {"key": str(uuid4()), "kind": "neighbor", "outcome": "told", "said": SCRIPT}
    client = sign_in("clerk")
    client.post(at("taken", lost.pk), told)
    assert Step.objects.get().said == SCRIPT
    shown = text(client.get(at("search", lost.pk)))
    assert SCRIPT not in shown
    assert "learned something" in shown
    assert "Write down a proof" not in shown  # a clerk searches, and proves nothing


@pytest.mark.parametrize(("name", "told", "words"), [
    ("taken", {"kind": "state", "outcome": "", "said": "Kept words"}, "Choose what came of it"),
    ("taken", {"kind": "state", "outcome": "nothing", "said": "Kept words", "on": "2025-09-01"}, "not missed before"),
    ("taken", {"kind": "state", "outcome": "nothing", "said": "Kept words", "on": "soon"}, "Write the day as"),
    ("contact", {"how": "visit", "outcome": "", "said": "Kept words"}, "Choose what came of it"),
    ("locate", {"where": "Kept words", "how": ""}, "Say who told it"),
    ("back", {"on": "2025-09-01", "seen_by": "Kept words"}, "Choose the day from 5 September"),
    ("back", {"on": "", "seen_by": "Kept words"}, "Say which day"),
    ("hand", {"owner": "", "due_on": "2025-09-01"}, "due today or later"),
    ("proof", {"code": "T160", "kind": "family_statement", "dated_on": "2025-09-10", "reference": "Kept words",
               "seen": "on"}, "is no proof for the exit code T160"),
    ("proof", {"code": "T160", "kind": "records_request", "dated_on": "2025-09-10", "reference": "Kept words"},
     "must have seen the paper"),
    ("close", {"code": "T160"}, "No proof is on record. One of these is enough"),
    ("close", {"code": "E140"}, "Not done yet"),
])  # fmt: skip
def test_what_cannot_be_saved_keeps_every_word(sign_in, lost, name, told, words):
    sent = {"key": str(uuid4()), "version": lost.version} | told
    shown = text(sign_in("counselor").post(at(name, lost.pk), sent), 409)
    assert words in shown
    assert "This was not saved" in shown
    if "Kept words" in told.values():
        assert 'value="Kept words"' in shown
    assert (Step.objects.count(), Entry.objects.count(), Proof.objects.count()) == (0, 0, 0)
    assert Search.objects.get().state == "unseen"


def test_from_unseen_to_back(sign_in, lost, rosa):
    client, page = sign_in("counselor"), at("search", lost.pk)

    def version() -> int:
        return Search.objects.get(pk=lost.pk).version

    client.post(at("locate", lost.pk), {"version": version(), "where": "At an aunt's", "how": "She called"})
    shown = text(client.get(page))
    assert "They are located" in shown
    assert "The way back" in shown
    assert "Continuation school, not open" in shown
    hugo = User.objects.get(username="counselor-0")
    told = {"way": "regular", "meets_on": TODAY.isoformat(), "adult": hugo.pk, "credits_short": 20, "note": "Slowly."}
    client.post(at("return", lost.pk), told | {"version": version()})
    shown = text(client.get(page))
    assert "Welcome meeting Fri 12 Sep; Hugo Petrosyan answers for the student. 20 credits short. " in shown
    assert "Plan for the credits: 20 credits short" in shown
    assert (Return.objects.count(), Task.objects.count()) == (1, 4)
    client.post(at("back", lost.pk), {"version": version(), "on": TODAY.isoformat(), "seen_by": "the office"})
    shown = text(client.get(page))
    assert "Off the board." in shown
    assert "Back at school, said by Hugo Petrosyan" in shown
    assert [turn.what for turn in Turn.objects.order_by("pk")] == ["begun", "located", "return", "closed"]
    assert lost.student.name in text(client.get(at("board") + "?lane=closed"))


def test_proven_and_put_back(sign_in, lost):
    client, seen = sign_in("counselor"), {"version": lost.version}
    paper = {"code": "T160", "kind": "records_request", "dated_on": "2025-09-10", "reference": "Folder 9", "seen": "on",
             "place": "Fresno High"}  # fmt: skip
    client.post(at("proof", lost.pk), paper | seen)
    shown = text(client.get(at("search", lost.pk)))
    assert "The new school asked for the records" in shown
    assert "Proven" in shown
    client.post(at("close", lost.pk), {"code": "T160"} | seen)
    shown = text(client.get(at("search", lost.pk)))
    assert "Enrolled elsewhere, proven" in shown
    assert "kept at Folder 9, vouched for by Hugo Petrosyan" in shown
    now = Search.objects.get()
    client.post(at("reopen", lost.pk), {"version": now.version, "why": "Another student's request."})
    assert Search.objects.get().state == "unseen"


def test_a_search_is_begun_from_its_page(sign_in, pupil, lost_night):
    who = pupil(".......UUU")
    lost_night(9)
    client = sign_in("clerk")
    assert "Say why" in text(client.post(at("begin", who.pk), {"why": ""}))
    made = client.post(at("begin", who.pk), {"why": "A friend says she ran away."})
    assert made.headers["Location"] == at("search", Search.objects.get().pk)
    assert "looks for this student already" in text(client.post(at("begin", who.pk), {"why": "Again"}))


# -- recovery days -----------------------------------------------------------------------------------------------------

PLAN = {"name": "September day", "on": TODAY.isoformat(), "how": "visit", "area": "school", "phone": "(213) 555-0100",
        "lanes": ["several", "many"], "grade_from": "0"}  # fmt: skip


def test_a_day_is_planned_from_its_page(sign_in, lost, district):
    client, place = sign_in("counselor"), f"school-{district.schools[0].pk}"
    client.post(at("new_day"), PLAN | {"place": place})
    day = Day.objects.get()
    assert (day.school, day.stops.count()) == (district.schools[0], 1)
    shown = text(client.get(at("day", day.pk)))
    assert "Friday 12 September 2025" in shown
    assert lost.student.name in shown


@pytest.mark.parametrize(("change", "words"), [
    ({"name": ""}, "Give the day a name"), ({"phone": ""}, "Say which number"), ({"lanes": []}, "at least one column"),
    ({"on": "2025-09-01"}, "today or a later day"), ({"lanes": ["left"]}, "Nobody on the board fits"),
    ({"place": "district"}, "Select a valid choice"),
])  # fmt: skip
def test_a_day_that_is_none_keeps_what_was_typed(sign_in, lost, district, change, words):
    told = PLAN | {"place": f"school-{district.schools[0].pk}", "phone": "(213) 555-9999"} | change
    shown = text(sign_in("counselor").post(at("new_day"), told))
    assert words in shown
    if "phone" not in change:
        assert 'value="(213) 555-9999"' in shown
    assert not Day.objects.exists()


def test_results_are_entered_at_once(sign_in, day, pupil, lost_night, lost, district, rosa):
    district.arrives(DAYS[9])
    other = pupil("....UU??UU")
    lost_night(9)
    actions.plan_day(name="Big day", on=TODAY, how="call", area="school", phone="1", by=rosa,
                     searches=list(Search.objects.all()), school=district.schools[0])  # fmt: skip
    big = Day.objects.get(name="Big day")
    first, second = big.stops.order_by("pk")
    client = sign_in("counselor")
    told = {f"result_{first.pk}": "family", f"note_{first.pk}": "At an aunt's", f"result_{second.pk}": "",
            f"note_{second.pk}": "Half a word"}  # fmt: skip
    shown = text(client.post(at("results", big.pk), told))
    assert f"Choose what came of it for {second.search.student.name}" in shown
    assert 'value="Half a word"' in shown
    assert not Stop.objects.exclude(result="").exists()
    client.post(at("results", big.pk), told | {f"note_{second.pk}": ""})
    first.refresh_from_db()
    assert (first.result, first.search.state, first.search.located_where) == ("family", "located", "At an aunt's")
    assert Entry.objects.get().kind == "call"
    shown = text(client.get(at("day", big.pk)))
    assert "<b>1</b> found" in shown
    assert other.name in shown
    assert "Entered before" in text(client.get(at("results", big.pk)))


def test_the_pages_ask_the_database_as_often_for_many_as_for_few(sign_in, pupil, lost_night, family, district):
    family(pupil("." + "U" * 20))
    lost_night(9)
    client = sign_in("counselor")
    few = {query: _asked(client, at("board") + query) for query in ("", "?lane=several")}
    district.arrives(DAYS[10])
    for _ in range(12):
        family(pupil(".." + "U" * 20))
    lost_night(10)
    Search.objects.update(lane="several")
    for query, number in few.items():
        assert _asked(client, at("board") + query) <= number + 1, query


def _asked(client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        client.get(url)
    return len(seen)
