"""The page of a case: by role, by neighbour's student, with errors that keep every word; and one entry, many uses."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from firstbell.cases import actions, queries
from firstbell.cases.models import Case, Entry, Note, Step, Task
from firstbell.core.models import AccessRow, User
from firstbell.core.months import next_month
from firstbell.oversight.queries.work import work_of
from firstbell.roster import models as roster
from tests.cases.conftest import TODAY

pytestmark = pytest.mark.django_db
SECRET = "He told me why he does not sleep."
CALL = {"kind": "call", "outcome": "reached"}


@pytest.fixture
def counselor(sign_in):
    return sign_in("counselor")


@pytest.fixture
def me(counselor) -> User:
    return User.objects.get(username="counselor-0")


@pytest.fixture
def case(truant, me) -> Case:
    return actions.open_case(student=truant, by=me, lead=me)


@pytest.fixture
def phone(truant, district) -> roster.Phone:
    contact = roster.Contact.objects.create(key="C1", given="Marisol", family="Reyes", arrival=district.arrival)
    roster.FamilyLink.objects.create(
        student=truant, contact=contact, relation="Mother", priority=1, arrival=district.arrival
    )
    return roster.Phone.objects.create(
        contact=contact, place=1, number="2135550142", kind="mobile", arrival=district.arrival
    )


def at(name: str, *args) -> str:
    return reverse(f"cases:{name}", args=args)


def text(answer, status: int = 200) -> str:
    assert answer.status_code == status, answer.status_code
    return answer.content.decode()


def sent(**more) -> dict[str, object]:
    return CALL | {"key": str(uuid4())} | more


# -- who sees it -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "sees", "logs", "works"),
    [
        ("counselor", True, True, True), ("clerk", True, True, False), ("principal", True, True, False),
        ("director", True, True, True), ("engineer", False, False, False),
    ],
)  # fmt: skip
def test_what_each_role_may_do(sign_in, truant, role, sees, logs, works):
    client = sign_in(role, at=None if role in ("director", "engineer") else 0)
    page = client.get(at("case", truant.pk))
    assert (page.status_code == 200) is sees
    assert ("Save contact" in page.content.decode()) is logs
    assert ("Open a case" in page.content.decode()) is works
    assert (client.post(at("log", truant.pk), sent()).status_code == 302) is logs
    assert (client.post(at("open", truant.pk), {"tier": "2"}).status_code == 302) is works
    assert (client.post(at("note", truant.pk), {"lock": "open", "text": "Bus 7."}).status_code == 302) is works


def test_a_neighbours_student_is_not_there(sign_in, truant, case, me):
    entry = actions.log(key=uuid4(), student=truant, by=me, **CALL)
    task = actions.ask(case=case, kind="plan", due_on=TODAY, by=me)
    client = sign_in("counselor", at=1)
    assert client.get(at("case", truant.pk)).status_code == 404
    for name, pk in (("log", truant.pk), ("note", truant.pk), ("open", truant.pk), ("tier", case.pk),
                     ("close", case.pk), ("ask", case.pk), ("undo", entry.pk), ("finish", task.pk)):  # fmt: skip
        assert client.post(at(name, pk), sent()).status_code == 404, name
    assert Entry.objects.count() == 1


def test_opening_a_case_is_in_the_access_log(counselor, truant):
    counselor.get(at("case", truant.pk))
    assert AccessRow.objects.filter(student_id=truant.pk, route="cases:case").count() == 1


def test_the_page_says_what_there_is_not(counselor, truant):
    said = text(counselor.get(at("case", truant.pk)))
    for words in ("No open case.", "Nobody has logged a contact", "No note yet.", "Tasks belong to an open case."):
        assert words in said


def test_queries_do_not_grow_with_what_is_in_it(counselor, truant, case, me):
    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            text(counselor.get(at("case", truant.pk)))
        return len([one for one in seen.captured_queries if "SAVEPOINT" not in one["sql"]])

    actions.log(key=uuid4(), student=truant, by=me, **CALL)
    actions.ask(case=case, kind="plan", due_on=TODAY, by=me)
    actions.write_note(student=truant, lock="open", text="Bus 7.", by=me)
    few = asked()
    for _ in range(5):
        actions.log(key=uuid4(), student=truant, by=me, **CALL)
        actions.ask(case=case, kind="plan", due_on=TODAY, by=me)
        actions.write_note(student=truant, lock="open", text="Bus 7.", by=me)
    assert asked() == few
    assert few <= 40


# -- one entry, many uses ----------------------------------------------------------------------------------------------


def test_one_entry_has_six_uses_and_nothing_is_typed_twice(counselor, truant, case, me, phone, take):
    take("report", 5)
    asked = actions.ask(case=case, kind="reach", due_on=TODAY, by=me)
    line = queries.lines_to(truant)[0]
    said = "The bus comes after first bell."
    answer = counselor.post(at("log", truant.pk), sent(
        whom=line.key, said=said, barriers=["transport"], effort="on", next_kind="visit", next_on=TODAY.isoformat(),
    ))  # fmt: skip
    assert answer.status_code == 302
    entry = Entry.objects.get()
    page = text(counselor.get(at("case", truant.pk)))
    assert escape(said) in page  # the case's timeline
    assert "filed as conference attempt" in page
    assert Step.objects.get(kind="attempt").entries.get() == entry  # the legal effort (EC 48262)
    assert queries.efforts(truant) == [entry]  # the record of the SSPT and of a referral
    line = work_of([me.pk], (TODAY.replace(day=1), next_month(TODAY)), None)[0]
    assert (line.on, line.activity, line.minutes, line.student) == (TODAY, "Parent contact", 10, truant)  # activity
    assert entry.barriers == ["transport"]  # the plan's evidence
    assert queries.last_reached([truant.pk]) == {truant.pk: TODAY}  # the supervisor's view
    asked.refresh_from_db()
    assert (asked.state, asked.done_with) == ("done", entry)
    assert Task.objects.open().get().kind == "visit"


def test_a_wrong_number_is_known_at_once_and_the_next_best_is_offered(counselor, truant, phone, district):
    roster.Phone.objects.create(
        contact=phone.contact, place=2, number="2135550143", kind="home", arrival=district.arrival
    )
    first, second = queries.lines_to(truant)
    assert first.number == "(213) 555-0142"
    counselor.post(at("log", truant.pk), sent(whom=first.key, outcome="wrong_number"))
    assert [line.number for line in queries.lines_to(truant)] == [second.number, first.number]
    assert "wrong number since" in text(counselor.get(at("case", truant.pk)))
    counselor.post(at("log", truant.pk), sent(whom=first.key))
    assert [line.number for line in queries.lines_to(truant)] == [first.number, second.number]


def test_whoever_must_not_be_called_is_not_offered(truant, phone):
    roster.FamilyLink.objects.update(restrictions="No contact, court order")
    assert queries.lines_to(truant) == []


def test_a_double_click_is_one_entry(counselor, truant):
    same = sent(said="Once.")
    for _ in range(2):
        assert counselor.post(at("log", truant.pk), same).status_code == 302
    assert Entry.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"kind": ""}, "Choose what it was."), ({"outcome": ""}, "Choose what came of it."),
        ({"on": (TODAY + timedelta(9)).isoformat()}, "has not happened yet"),
        ({"said": "x" * 10_000}, "10,000 characters"), ({"next_kind": "visit"}, "Say by which day."),
        ({"next_kind": "visit", "next_on": TODAY.isoformat()}, "needs a case"),
        ({"key": "nonsense"}, "valid UUID"), ({"minutes": "9999"}, "less than or equal to 600"),
    ],
)  # fmt: skip
def test_what_cannot_be_saved_keeps_every_word(counselor, truant, more, words):
    said = text(counselor.post(at("log", truant.pk), {**sent(said="<script>Keep me</script>"), **more}), 409)
    assert words in said
    assert "Keep me" in said or "x" * 10_000 in said
    assert "<script>Keep" not in said
    assert not Entry.objects.exists()


@pytest.mark.parametrize(("more", "words"), [
    ({"on": (TODAY + timedelta(9)).isoformat()}, "has not happened yet"), ({"minutes": "9999"}, "equal to 600"),
    ({"effort": "on", "kind": "teacher"}, "Only an effort to reach the family counts"),
])  # fmt: skip
def test_a_log_that_could_not_be_saved_offers_all_it_offered_before(
    counselor, truant, phone, take, district, more, words
):
    take("report", 5)
    brother = district.student("brother")
    roster.FamilyLink.objects.update(lives_with=True)
    roster.FamilyLink.objects.create(
        student=brother, contact=phone.contact, relation="Mother", lives_with=True, arrival=district.arrival
    )
    page = text(counselor.get(at("case", truant.pk)))
    again = text(counselor.post(at("log", truant.pk), sent(**more)), 409)
    for offered in ('name="effort"', 'name="also"', "(213) 555-0142", "Also about"):
        assert offered in page, offered
        assert offered in again, offered
    assert words in again
    assert not Entry.objects.exists()


def test_logging_reads_only_what_it_needs(counselor, truant, phone):
    line = queries.lines_to(truant)[0]
    counselor.post(at("log", truant.pk), sent(whom=line.key))
    with CaptureQueriesContext(connection) as seen:
        assert counselor.post(at("log", truant.pk), sent(whom=line.key)).status_code == 302
    asked = [one["sql"] for one in seen.captured_queries if "SAVEPOINT" not in one["sql"]]
    assert not [sql for sql in asked if 'from "mark"' in sql.lower()]  # no year is read to write one line down
    assert len(asked) <= 20


def test_undone_by_its_author_and_kept_struck_through(counselor, truant, me):
    entry = actions.log(key=uuid4(), student=truant, by=me, said="Oops.", **CALL)
    assert counselor.post(at("undo", entry.pk)).status_code == 302
    said = text(counselor.get(at("case", truant.pk)))
    assert "<s>Call: reached</s>" in said
    assert "Taken back by" in said


# -- decisions ---------------------------------------------------------------------------------------------------------


def test_a_case_is_opened_moved_and_closed_from_its_page(counselor, truant):
    counselor.post(at("open", truant.pk), {"tier": "2", "why": "Her teacher asked."})
    case = Case.objects.get()
    counselor.post(at("tier", case.pk), {"tier": "3", "why": "No call gets through.", "version": 1})
    counselor.post(at("lead", case.pk), {"lead": "", "version": 2})
    counselor.post(at("ask", case.pk), {"kind": "plan", "due_on": TODAY.isoformat()})
    task = Task.objects.get()
    counselor.post(at("snooze", task.pk), {
        "until": (TODAY + timedelta(2)).isoformat(), "why": "Mother is away.", "version": 1,
    })  # fmt: skip
    counselor.post(at("finish", task.pk), {"outcome": "Agreed.", "version": 2})
    counselor.post(at("close", case.pk), {"closing": "moved", "version": 3})
    case.refresh_from_db()
    task.refresh_from_db()
    assert (case.state, case.tier, case.closing, task.state) == ("closed", 3, "moved", "done")
    said = text(counselor.get(at("case", truant.pk)))
    for words in ("No call gets through.", "Her teacher asked.", "left the district"):
        assert words in said
    counselor.post(at("reopen", case.pk), {"why": "Back again.", "version": 4})
    case.refresh_from_db()
    assert case.state == "open"


def test_who_acts_on_an_older_version_is_told_on_the_page(counselor, case, rosa):
    actions.set_tier(case=case, tier=3, why="Mine.", by=rosa, version=1)
    said = text(counselor.post(at("tier", case.pk), {"tier": "1", "why": "Late.", "version": 1}), 409)
    assert "Nothing of theirs was overwritten" in said
    assert 'value="Late."' in said


def test_a_task_that_a_contact_proves_cannot_be_ticked_off(counselor, case, me):
    task = actions.ask(case=case, kind="visit", due_on=TODAY, by=me)
    said = text(counselor.get(at("case", case.student_id)))
    assert at("finish", task.pk) not in said
    assert "clears by itself" in text(counselor.post(at("finish", task.pk), {"outcome": "Went.", "version": 1}), 409)


# -- notes -------------------------------------------------------------------------------------------------------------


def test_an_open_note_with_private_words_asks_first(counselor, truant):
    wrote = {"lock": "open", "text": "I fear neglect at home."}
    said = text(counselor.post(at("note", truant.pk), wrote))
    assert "in writing within 36 hours" in said
    assert "I fear neglect at home." in said
    assert not Note.objects.exists()
    assert counselor.post(at("note", truant.pk), wrote | {"careful": "on"}).status_code == 302
    assert Note.objects.get().text == "I fear neglect at home."


def test_each_lock_admits_its_own(counselor, sign_in, truant, me):
    hugo = User.objects.create(username="hugo", first_name="Hugo")
    actions.write_note(student=truant, lock="sealed", text=SECRET, by=me)
    actions.write_note(student=truant, lock="restricted", text="Asthma plan.", by=me, readers=[hugo])
    mine = text(counselor.get(at("case", truant.pk)))
    assert SECRET in mine
    assert "Asthma plan." in mine
    clerk = text(sign_in("clerk").get(at("case", truant.pk)))
    assert SECRET not in clerk
    assert "Asthma plan." not in clerk
    assert "not among those who may read" in clerk
    officer = text(sign_in("director", at=None).get(at("case", truant.pk)))
    assert "Asthma plan." in officer
    assert SECRET not in officer
    assert "Sealed" not in officer.split("Who may read it?")[0]
