"""A batch: one letter a household, in its languages, in print order; who is left out; approved, cancelled, put back."""

from datetime import timedelta

import pytest

from firstbell.cases.actions import take_step
from firstbell.core.access import EVERYTHING, Scope
from firstbell.core.models import JournalLine, User
from firstbell.law.policy import policy_on, with_settings
from firstbell.letters.wording import wording
from firstbell.notices import actions, queries
from firstbell.notices.models import Approval, Batch, Due, Letter, Notice
from firstbell.notices.rules import NotAllowed
from firstbell.roster import models as m
from tests.notices.conftest import MEETING, SENT, at_once, due, on

pytestmark = pytest.mark.django_db
NEXT = SENT + timedelta(1)


def told() -> list[tuple[str, list[str]]]:
    """To whom the letters that stand go, and the students each names, in print order."""
    rows = Letter.objects.exclude(state="cancelled").order_by("batch_id", "place")
    return [(one.to_name, sorted(one.notices.values_list("student__key", flat=True))) for one in rows]


def left(batch: Batch) -> list[tuple[int, str, str]]:
    """Student, first reason and what to do, of everyone who is not in."""
    return [(one["student"], one["reasons"][0][1], one["remedy"]) for one in batch.left_out]


@pytest.fixture
def two_needed(monkeypatch):
    policy = with_settings(policy_on(SENT), **{"notices.second_approval_above": 0})
    monkeypatch.setattr("firstbell.notices.actions.preparing.policy_on", lambda on: policy)


@pytest.fixture
def sofia(db) -> User:
    return User.objects.create(username="sofia", first_name="Sofia", last_name="Ortiz")


def test_one_letter_tells_of_all_children_of_a_home(town, prepare):
    town.family("P-1", "P-2", "P-3")
    batch = prepare()
    assert told() == [("Marisol Reyes", ["P-1", "P-2", "P-3"])]
    assert batch.notices.count() == 3
    assert queries.summary(batch).students == 3


def test_parents_at_one_address_open_one_letter_and_apart_one_each(town, prepare):
    _, [child] = town.family("P-1")
    town.link(child, town.contact("Luis", address=" 1 olive  STREET.", postal="90099-1234"), "Father", priority=2)
    town.link(child, town.contact("Rosa", address="9 Palm Way"), "Legal guardian", priority=3)
    prepare()
    assert told() == [("Marisol Reyes & Luis Reyes", ["P-1"]), ("Rosa Reyes", ["P-1"])]
    assert Notice.objects.count() == 1
    assert set(Letter.objects.values_list("parcel", flat=True)) == {1}, "issued together or not at all"


def test_who_comes_first_in_the_file_makes_no_second_letter(town, prepare):
    mother, [older, younger] = town.family("P-1", "P-2")
    father = town.contact("Luis", address=mother.address)
    town.link(older, father, "Father", priority=2)
    town.link(younger, father, "Father", priority=0)
    prepare()
    [(name, students)] = told()
    assert students == ["P-1", "P-2"]
    assert set(name.split(" & ")) == {"Marisol Reyes", "Luis Reyes"}


def test_nobody_reads_of_a_child_who_is_not_theirs(town, prepare):
    mother, [_, theirs] = town.family("P-1", "P-2")
    town.link(theirs, town.contact("Luis", address=mother.address), "Father", priority=2)
    batch = prepare()
    assert told() == [("Marisol Reyes", ["P-1"])]
    assert [(who, why) for who, why, _ in left(batch)] == [
        (theirs.pk, "A letter of this kind goes to this home on that day already.")
    ]
    prepare(send_on=NEXT)
    assert told()[1] == ("Marisol Reyes & Luis Reyes", ["P-2"])


def test_each_school_writes_for_itself_and_never_two_of_a_kind_on_one_day(town, prepare):
    mother = town.contact("Marisol")
    for key, at in (("P-1", 0), ("P-2", 1)):
        town.report(town.pupil(key, mother=mother, at=at))
    actions.find_due()
    batch = prepare()
    assert told() == [("Marisol Reyes", ["P-1"])]
    assert [(why, remedy) for _, why, remedy in left(batch)] == [
        ("A letter of this kind goes to this home on that day already.", "Send it on another day.")
    ]
    assert Due.objects.get(student__key="P-2").state == "open"
    prepare(send_on=NEXT)
    assert [students for _, students in told()] == [["P-1"], ["P-2"]]


def test_nor_from_two_batches(town, prepare):
    mother, _ = town.family("P-1")
    prepare()
    town.report(town.pupil("P-2", mother=mother))
    actions.find_due()
    with pytest.raises(NotAllowed, match="goes to this home on that day already"):
        prepare()
    assert Batch.objects.count() == 1, "nothing is left of a batch that nobody is in"


def test_a_child_with_two_homes_is_in_with_both_or_with_none(town, prepare):
    mother, _ = town.family("P-1")
    prepare()
    second = town.pupil("P-2", mother=mother)
    town.link(second, town.contact("Luis", address="9 Palm Way"), "Father")
    town.report(second)
    town.family("P-3")
    batch = prepare()
    assert told() == [("Marisol Reyes", ["P-1"]), ("Marisol Reyes", ["P-3"])]
    assert [who for who, *_ in left(batch)] == [second.pk]


@pytest.mark.parametrize(("kind", "named"), [
    ("conference", [["P-1", "P-2"]]),
    ("attendance_summary", [["P-1", "P-2"]]),
    ("sart_referral", [["P-1"]]),
])  # fmt: skip
def test_what_a_team_is_told_of_one_child_is_no_part_of_anothers_letter(town, prepare, rosa, night, kind, named):
    _, children = town.family("P-1", "P-2")
    night()
    for child in children:
        take_step(student=child, kind="attempt", on=on(6), by=rosa, said={"how": "Home visit"})
        actions.ask(student=child, kind=kind, by=rosa)
    batch = prepare(kind, meeting=MEETING)
    assert [students for _, students in told()] == named
    assert len(batch.left_out) == 2 - len(named[0])


@pytest.mark.parametrize(("home", "mother", "languages"), [
    ("en", None, ["en"]),
    (None, None, ["en"]),
    ("es", None, ["en", "es"]),
    ("es-MX", "en", ["en", "es"]),
    ("en", "es", ["en", "es"]),  # the family chose it
    ("en", "so", ["en"]),  # no wording, no law: English offers an interpreter
])  # fmt: skip
def test_the_languages_of_a_letter_are_the_pupils_and_the_familys(town, prepare, home, mother, languages):
    contact, _ = town.family("P-1", language=home)
    m.Contact.objects.filter(pk=contact.pk).update(language=mother)
    prepare()
    letter = Letter.objects.get()
    assert letter.languages == languages == [one["language"] for one in letter.data]


@pytest.mark.parametrize(("of_twenty", "languages"), [(2, ["en"]), (3, ["en", "es"])])
def test_fifteen_percent_of_the_school_make_a_language_owed(town, prepare, of_twenty, languages):
    town.family("P-1", language="es")
    for number in range(19):
        town.district.student(f"X-{number}")
    m.Student.objects.filter(key__in=[f"X-{number}" for number in range(of_twenty - 1)]).update(language="es-419")
    town.district.student("Y", at=1)
    m.Student.objects.filter(key="Y").update(language="es")  # of another school: does not count here
    prepare()
    assert Letter.objects.get().languages == languages
    assert f"{of_twenty} of 20 students of the school speak es" in str(Notice.objects.get().evidence["who"])


def test_siblings_each_have_their_own_language(town, prepare):
    mother = town.contact("Marisol")
    for key, language in (("P-1", "es"), ("P-2", "en")):
        town.report(town.pupil(key, mother=mother, language=language))
    actions.find_due()
    batch = prepare()
    assert told() == [("Marisol Reyes", ["P-1"])]
    assert "on that day already" in left(batch)[0][1], "no child's letter is in fewer languages than the law says"


def test_a_language_is_sent_once_a_person_approved_it(town, prepare, rosa, daniel):
    town.family("P-1", language="hy")
    with pytest.raises(NotAllowed, match="Nobody has approved the wording in"):
        prepare()
    with pytest.raises(NotAllowed, match="The wording was changed"):
        actions.approve_language(language="hy", digest="old", read_by="Ani Petrosyan", by=daniel)
    with pytest.raises(NotAllowed, match="Say who read it"):
        actions.approve_language(language="hy", digest=wording("hy").digest, read_by=" ", by=daniel)
    actions.approve_language(language="hy", digest=wording("hy").digest, read_by="Ani Petrosyan", by=daniel)
    assert JournalLine.objects.get(verb="notices.language_approved").by == daniel
    prepare()
    assert Letter.objects.get().languages == ["en", "hy"]


def test_who_is_left_out_is_kept_with_reason_and_remedy(town, prepare):
    town.family("P-1")
    mother, [child] = town.family("P-2", preferred_given="Nita")
    m.Contact.objects.filter(pk=mother.pk).update(postal="")
    batch = prepare()
    assert told() == [("Marisol Reyes", ["P-1"])]
    [one] = batch.left_out
    assert (one["student"], one["name"], one["kind"]) == (child.pk, "Nita Reyes P-2", "first_truancy")
    assert one["reasons"] == [["", "Who should get it has no complete mailing address on file."]]
    assert one["remedy"].startswith("Ask the school's office")
    assert due(child).state == "open", "it waits for the next batch"
    [(_, _, number, who)] = queries.summary(batch).left
    assert (number, [one["student"] for one in who]) == (1, [child.pk])


def test_print_order_is_school_grade_name_and_copies_last(town, prepare):
    children = [
        ("P-1", 0, "10", "Abad"), ("P-2", 0, "KN", "Zúñiga"), ("P-3", 0, "02", "Young"), ("P-4", 0, "02", "Álvarez"),
        ("P-5", 0, "02", "de la Cruz"), ("P-6", 1, "TK", "Aroyan"), ("P-7", 0, "02", "Abad"),
    ]  # fmt: skip
    for key, at, grade, family in children:
        town.report(town.pupil(key, at=at, grade=grade, family=family))
    m.Program.objects.create(
        student=m.Student.objects.get(key="P-7"), program="Foster", begins_on=on(0), arrival=town.district.arrival
    )
    for relation in ("Attorney", "County social worker"):
        town.link(
            m.Student.objects.get(key="P-7"), town.contact(relation, address=f"{relation} Way"), relation,
            guardian=None, rights_holder=None, lives_with=None, priority=5, primary=None,
        )  # fmt: skip
    actions.find_due()
    prepare()
    keys = [students[0] for _, students in told()]
    assert keys == ["P-2", "P-7", "P-4", "P-5", "P-3", "P-1", "P-7", "P-7", "P-6"]
    assert list(Letter.objects.order_by("place").values_list("copy", flat=True)) == [False] * 6 + [True] * 2 + [False]


@pytest.mark.parametrize("days", [-1, 8])
def test_letters_are_dated_from_today_to_a_week_from_today(ana, prepare, days):
    with pytest.raises(NotAllowed, match="dated from today to a week from today"):
        prepare(send_on=SENT + timedelta(days))


@pytest.mark.parametrize("meeting", [None, queries.Meeting(SENT, MEETING.at, "Room 12")])
def test_an_invitation_says_when_and_where(ana, prepare, rosa, meeting):
    actions.ask(student=ana, kind="conference", by=rosa)
    with pytest.raises(NotAllowed, match="give a day after the letters go out"):
        prepare("conference", meeting=meeting)


def test_a_batch_holds_only_those_one_may_see(town, prepare):
    for place in (0, 1):
        town.report(town.pupil(f"P-{place}", at=place))
    actions.find_due()
    here = Scope(schools=frozenset({town.district.schools[1].pk}))
    prepare(scope=here)
    assert [students for _, students in told()] == [["P-1"]]
    with pytest.raises(NotAllowed, match="Nobody is due such a letter"):
        prepare(scope=Scope())


def test_only_those_who_were_chosen(town, prepare):
    _, [_, second] = town.family("P-1", "P-2")
    prepare(only=[due(second).pk])
    assert [students for _, students in told()] == [["P-2"]]


def test_the_days_as_they_were_are_frozen_with_the_letter(ana, town, prepare, night):
    batch = prepare()
    evidence = Notice.objects.get().evidence
    mark = town.told["P-1"][on(0)]
    assert evidence["days"][0] == {
        "day": on(0).isoformat(), "code": "U", "byte": evidence["days"][0]["byte"], "what": "absent",
        "arrival": mark.arrival_id,
    }  # fmt: skip
    assert evidence["policy"] == policy_on(SENT).version
    assert len(evidence["items"]) == 7, "SB 691 has seven"
    line = JournalLine.objects.get(verb="notices.prepared")
    assert (line.about_id, line.detail["letters"], line.detail["left_out"]) == (batch.pk, 1, 0)


def test_one_person_approves_a_small_batch(ana, prepare, daniel):
    batch = actions.approve(batch=prepare(), by=daniel, seen=1)
    assert (batch.state, batch.needs, [one.by for one in batch.approvals.all()]) == ("approved", 1, [daniel])
    assert JournalLine.objects.get(verb="notices.approved").by == daniel


def test_two_people_approve_a_large_one(ana, prepare, rosa, daniel, two_needed):
    batch = prepare()
    assert batch.needs == 2
    assert actions.approve(batch=batch, by=daniel).state == "draft"
    with pytest.raises(NotAllowed, match="another person must look at it too"):
        actions.approve(batch=batch, by=daniel)
    with pytest.raises(NotAllowed, match="A batch that is draft cannot be issued"):
        actions.ask_issue(batch=batch, by=daniel)
    assert actions.approve(batch=batch, by=rosa).state == "approved"


def test_a_third_approval_is_told_of_the_others(ana, prepare, rosa, daniel, sofia, two_needed):
    batch = prepare()
    for who in (daniel, rosa):
        actions.approve(batch=batch, by=who)
    with pytest.raises(NotAllowed, match=r"approved, by Daniel Kim and Rosa Diaz\. It needs no further approval"):
        actions.approve(batch=batch, by=sofia)


def test_a_batch_that_changed_since_it_was_opened_is_looked_at_again(town, prepare, night, daniel):
    for key in ("P-1", "P-2"):
        town.family(key)
    batch = prepare()
    town.correct("P-2", 2)
    night()
    actions.rescind_hollow()
    with pytest.raises(NotAllowed, match="held 2 letters when you opened it, and 1 now"):
        actions.approve(batch=batch, by=daniel, seen=2)
    assert actions.approve(batch=batch, by=daniel, seen=1).state == "approved"


def test_an_empty_batch_is_not_approved(ana, town, prepare, night, daniel):
    batch = prepare()
    town.correct("P-1", 2)
    night()
    actions.rescind_hollow()
    with pytest.raises(NotAllowed, match="No letter of this batch stands any more"):
        actions.approve(batch=batch, by=daniel)


@pytest.mark.parametrize("approved", [False, True])
def test_cancelling_puts_everything_back(town, prepare, rosa, daniel, approved):
    town.family("P-1", "P-2")
    batch = prepare()
    if approved:
        actions.approve(batch=batch, by=daniel)
    assert actions.cancel(batch=batch, by=rosa, why="Wrong day").state == "cancelled"
    assert [set(model.objects.values_list("state", flat=True)) for model in (Letter, Notice, Due)] == [
        {"cancelled"}, {"cancelled"}, {"open"}
    ]  # fmt: skip
    line = JournalLine.objects.get(verb="notices.cancelled")
    assert (line.by, line.detail) == (rosa, {"why": "Wrong day"})
    with pytest.raises(NotAllowed, match="cancelled"):
        actions.approve(batch=batch, by=daniel)
    prepare()
    assert told() == [("Marisol Reyes", ["P-1", "P-2"])]


@pytest.mark.django_db(transaction=True)
def test_two_approve_at_once_and_the_second_is_told(ana, prepare, rosa, daniel):
    batch = prepare()
    found = at_once(*(lambda who=who: actions.approve(batch=batch, by=who) for who in (rosa, daniel)))
    [no] = [one for one in found if isinstance(one, Exception)]
    assert isinstance(no, NotAllowed)
    assert str(Approval.objects.get().by) in str(no)
    assert Batch.objects.get().state == "approved"


@pytest.mark.django_db(transaction=True)
def test_the_same_person_twice_at_once_is_one_approval(ana, prepare, daniel, two_needed):
    batch = prepare()
    found = at_once(*[lambda: actions.approve(batch=batch, by=daniel)] * 2)
    assert sorted(type(one).__name__ for one in found) == ["Batch", "NotAllowed"]
    assert (Approval.objects.count(), Batch.objects.get().state) == (1, "draft")


@pytest.mark.django_db(transaction=True)
def test_two_prepare_at_once_and_each_family_is_in_once(town, prepare):
    town.family("P-1", "P-2")
    found = at_once(prepare, prepare)
    assert sorted(type(one).__name__ for one in found) == ["Batch", "NotAllowed"]
    assert told() == [("Marisol Reyes", ["P-1", "P-2"])]
    assert Batch.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_schools_prepare_for_one_home_at_once(town, prepare):
    mother = town.contact("Marisol")
    for key, at in (("P-1", 0), ("P-2", 1)):
        town.report(town.pupil(key, mother=mother, at=at))
    actions.find_due()
    found = at_once(*(lambda school=school: prepare(school=school) for school in town.district.schools))
    assert sorted(type(one).__name__ for one in found) == ["Batch", "NotAllowed"]
    assert len(told()) == 1


def test_who_may_see_a_batch(ana, prepare, town):
    batch = prepare(school=town.district.schools[0])
    assert batch in Batch.objects.visible_to(Scope(schools=frozenset({town.district.schools[0].pk})))
    assert batch not in Batch.objects.visible_to(Scope(schools=frozenset({town.district.schools[1].pk})))
    assert batch in Batch.objects.visible_to(EVERYTHING)
