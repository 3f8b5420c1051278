"""Who looks at and who changes a trigger ladder, what the pages say, and forms without JavaScript."""

import re

import pytest
from django.urls import reverse

from firstbell.attendance.actions import rebuild
from firstbell.cases import actions
from firstbell.cases.models import Reached, TriggerLadder
from firstbell.cases.rules.triggers import DEFAULT, Rung
from firstbell.core.models import AccessRow
from tests.attendance.conftest import DAYS, YEAR

pytestmark = pytest.mark.django_db
EARLY = Rung("any", 2, 5, "call", 3, "counselor")


def text(answer) -> str:
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode().replace("\xa0", " "))


def posted(*rungs: Rung, do: str, revision: int = 0, **more: str) -> dict[str, object]:
    rows = {
        f"form-{place}-{name}": getattr(rung, name)
        for place, rung in enumerate(rungs)
        for name in ("track", "count", "window", "asks", "within", "role", "text")
    }
    return {"form-TOTAL_FORMS": len(rungs), "form-INITIAL_FORMS": 0, "revision": revision, "do": do, **rows, **more}


@pytest.fixture
def year(district, absences):
    """One student with three days in a row, another with none; the book is made."""
    district.arrives(DAYS[-1])
    pupil = district.student("P-1")
    absences(pupil, "UUU")
    district.student("P-2")
    rebuild(YEAR)
    return pupil


def of(district, name: str = "cases:triggers_draft", at: int = 0) -> str:
    return reverse(name, args=[district.schools[at].pk])


@pytest.mark.parametrize(
    ("role", "at", "looks", "edits"),
    [
        ("principal", 0, 200, 200), ("director", None, 200, 200), ("counselor", 0, 200, 404), ("clerk", 0, 200, 404),
        ("principal", 1, 404, 404), ("engineer", None, 404, 404),
    ],
)  # fmt: skip
def test_who_looks_and_who_edits(sign_in, district, year, role, at, looks, edits):
    client = sign_in(role, at=at)
    assert client.get(of(district, "cases:triggers_of")).status_code == looks
    assert client.get(of(district)).status_code == edits
    assert client.post(of(district), posted(EARLY, do="save")).status_code == (302 if edits == 200 else 404)
    assert TriggerLadder.objects.exists() is (edits == 200)


def test_only_who_sees_every_school_changes_the_districts(sign_in, district, year):
    where = reverse("cases:triggers_district_draft")
    principal = sign_in("principal")
    assert "Draft a change" not in text(principal.get(reverse("cases:triggers_district")))
    assert principal.get(where).status_code == 404
    assert principal.post(where, posted(EARLY, do="save")).status_code == 404
    director = sign_in("director", at=None)
    assert director.post(where, posted(EARLY, do="save")).status_code == 302
    assert director.post(where, {"do": "switch_on", "revision": 2}).status_code == 302
    assert TriggerLadder.objects.get().school is None
    assert "The district's, version 1" in text(director.get(reverse("cases:triggers")))


def test_the_list_says_which_ladder_speaks_for_a_school(sign_in, district, rosa):
    client = sign_in("principal")
    shown = text(client.get(reverse("cases:triggers")))
    assert "School 1" in shown
    assert "School 2" not in shown
    assert "None" in shown
    actions.switch_on(ladder=actions.draft_ladder(school=district.schools[0], by=rosa), by=rosa)
    assert "Its own, version 1" in text(client.get(reverse("cases:triggers")))


def test_looking_at_a_draft_makes_none(sign_in, district, year):
    shown = text(sign_in("principal").get(of(district)))
    assert "not saved yet" in shown
    assert shown.count("Remove<") == len(DEFAULT)
    assert "Switch on" not in shown
    assert not TriggerLadder.objects.exists()


def test_rows_come_and_go_without_saving_and_without_losing_what_was_typed(sign_in, district, year):
    client = sign_in("principal")
    typed = Rung("excused", 7, 30, "teacher", 4, "clerk", "Ask <b>the</b> teacher")
    more = text(client.post(of(district), posted(typed, do="add", note="why not")))
    assert 'value="7"' in more
    assert "Ask &lt;b&gt;the&lt;/b&gt; teacher" in more
    assert 'value="why not"' in more
    assert 'name="form-1-count"' in more
    fewer = text(client.post(of(district), posted(EARLY, typed, do="remove-0")))
    assert 'value="7"' in fewer
    assert 'name="form-1-count"' not in fewer
    assert not TriggerLadder.objects.exists()


def test_a_draft_is_saved_looked_at_and_switched_on(sign_in, district, year):
    client = sign_in("principal")
    answer = client.post(of(district), posted(EARLY, do="save", note="We start earlier"))
    assert answer.headers["Location"] == of(district)
    shown = text(client.get(of(district)))
    assert "Switch on version 1" in shown
    assert "2 days absent within 5 school days" in shown
    assert "Noor Baptiste" in shown
    assert "36 · 1 Sep" in shown
    assert "1 · 10 min" in shown
    assert ">new<" in shown
    assert AccessRow.objects.filter(student_id=year.pk).exists()
    done = client.post(of(district), {"do": "switch_on", "revision": 2}, follow=True)
    assert "Version 1 is in force from today" in text(done)
    assert "We start earlier" in text(done)
    assert TriggerLadder.objects.get().state == "in_force"


def test_what_cannot_be_is_said_and_kept(sign_in, district, year):
    client = sign_in("principal")
    assert "asks twice" in text(client.post(of(district), posted(EARLY, EARLY, do="save")))
    assert "at least one trigger" in text(client.post(of(district), posted(do="save")))
    wrong = Rung("any", 3, 400, "call", 3, "counselor")
    shown = text(client.post(of(district), posted(wrong, do="save")))
    assert "0 is the whole year; 90 at most." in shown
    assert 'value="400"' in shown
    assert not TriggerLadder.objects.exists()


@pytest.mark.parametrize("total", ["", "x", "-1", "99999999999"])
def test_rows_that_no_page_made(sign_in, district, year, total):
    client = sign_in("principal")
    for do in ("save", "add", "remove-x"):
        said = posted(EARLY, do=do) | {"form-TOTAL_FORMS": total}
        assert client.post(of(district), said).status_code in (200, 302)
    assert client.post(of(district), {"do": "dance", "revision": "x"}).status_code == 302


def test_two_people_at_one_draft(sign_in, district, year, rosa):
    client = sign_in("principal")
    client.post(of(district), posted(EARLY, do="save"))
    draft = TriggerLadder.objects.get()
    actions.replace_triggers(ladder=draft, rungs=DEFAULT, by=rosa)
    late = text(client.post(of(district), posted(EARLY, do="save", revision=2)))
    assert "Somebody changed this draft" in late
    assert "Somebody changed this draft" in text(client.post(of(district), {"do": "switch_on", "revision": 2}))
    assert TriggerLadder.objects.get().rungs == list(DEFAULT)


def test_somebody_else_drafted_first(sign_in, district, year, rosa):
    client = sign_in("principal")
    client.get(of(district))  # no draft yet: revision 0
    actions.draft_ladder(school=district.schools[0], by=rosa)
    late = text(client.post(of(district), posted(EARLY, do="save", revision=0)))
    assert "Somebody changed this draft" in late


def test_a_flood_is_shown_and_refused(sign_in, district, absences):
    district.arrives(DAYS[-1])
    for number in range(11):
        absences(district.student(f"F{number}"), "U")
    rebuild(YEAR)
    client = sign_in("principal")
    client.post(of(district), posted(Rung("any", 1, 0, "visit", 5, "counselor"), do="save"))
    assert "This would flood School 1." in text(client.get(of(district)))
    assert "would flood School 1: 11 tasks" in text(client.post(of(district), {"do": "switch_on", "revision": 2}))
    assert TriggerLadder.objects.get().state == "draft"
    assert "given up" in text(client.post(of(district), {"do": "give_up", "revision": 2}, follow=True))
    assert "no draft any more" in text(client.post(of(district), {"do": "give_up", "revision": 2}, follow=True))


def test_whom_it_reached_is_on_the_page(sign_in, district, year, rosa):
    draft = actions.draft_ladder(school=district.schools[0], by=rosa, rungs=[Rung("any", 3, 0, "call", 3, "counselor")])
    actions.switch_on(ladder=draft, by=rosa)
    district.mark(district.student("P-3"), DAYS[-1], "U")
    Reached.objects.create(trigger=draft.triggers.get(), student=year, year=YEAR, on=DAYS[-1])
    shown = text(sign_in("counselor").get(of(district, "cases:triggers_of")))
    assert "3 days absent in the school year" in shown
    assert "Noor Baptiste" in shown
    assert "nothing now" in shown
    assert "Draft a change" not in shown


def test_without_data_of_the_year_there_is_nothing_to_look_at(sign_in, district, settings):
    settings.TODAY = "2027-02-01"
    client = sign_in("principal")
    client.post(of(district), posted(EARLY, do="save"))
    assert "There is no data of this school year" in text(client.get(of(district)))
    assert client.post(of(district), {"do": "switch_on", "revision": 2}).status_code == 302
    assert TriggerLadder.objects.get().state == "in_force"
