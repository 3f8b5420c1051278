"""Who is due a letter and why, what holds it, and what to do about it."""

from datetime import timedelta

import pytest

from firstbell.attendance import actions as attendance
from firstbell.attendance.models import Clearing
from firstbell.cases import actions as cases
from firstbell.core.access import EVERYTHING, Scope
from firstbell.core.models import JournalLine
from firstbell.notices import actions, queries
from firstbell.notices.models import Due, Letterhead, Notice
from firstbell.notices.queries import plan
from firstbell.notices.rules import ASKED, NotAllowed
from firstbell.roster import models as m
from tests.notices.conftest import HEAD, MEETING, SENT, due, iso, on

pytestmark = pytest.mark.django_db


def held(pupil: m.Student, kind: str = "first_truancy") -> str:
    """What stands in the way of a letter, with what to do; empty where nothing does."""
    one = due(pupil, kind)
    assert (one.state == Due.State.HELD) == bool(one.held)
    return " ".join([f"{sentence} ({section})" for section, sentence in one.held] + [one.remedy]).strip()


def test_a_report_is_told_of_with_its_section_its_days_and_our_own_aim(ana):
    one = due(ana)
    assert (one.kind, one.number, one.step.kind, one.since) == ("first_truancy", 1, "report", on(5))
    assert one.due_by == on(5) + timedelta(10)
    assert one.occasions == iso(0, 2, 4)
    assert [section for section, _ in one.reasons] == ["EC 48260.5", "setting truancy.notice_target_days"]


def test_no_report_no_letter(town):
    town.pupil("P-1")
    town.pupil("P-2", days=".......")
    assert actions.find_due().due == {}


def test_the_same_night_twice_finds_nothing_new(ana):
    before = list(Due.objects.values())
    again = actions.find_due()
    assert (again.new, again.gone, again.due) == (0, 0, {"first_truancy": 1})
    assert list(Due.objects.values()) == before


def test_what_a_night_found_is_in_the_journal(ana, rosa):
    actions.find_due(by=rosa)
    line = JournalLine.objects.filter(verb="notices.found_due").latest("pk")
    assert (line.by, line.detail["due"], line.detail["held"]) == (rosa, {"first_truancy": 1}, 0)


def test_a_report_that_falls_takes_its_letter_with_it(ana, town, night):
    town.correct("P-1", 2)
    night()
    found = actions.find_due()
    assert (found.due, found.gone, due(ana).state) == ({}, 1, "gone")


def test_a_student_who_left_is_due_nothing(ana):
    m.Student.objects.filter(pk=ana.pk).update(live=False)
    assert actions.find_due().gone == 1


def test_each_further_report_has_its_own_letter(town):
    pupil = town.pupil("P-1", days="U.U.U.U.U")
    for day in (5, 7, 9):
        town.report(pupil, day)
    assert actions.find_due().due == {"first_truancy": 1, "next_truancy": 2, "conference": 1}
    told = Due.objects.filter(kind="next_truancy").order_by("number")
    assert [(one.number, one.occasions) for one in told] == [(2, iso(6)), (3, iso(8))]
    assert told[0].reasons == [["EC 48261", f"Report 2 was filed on September {on(7).day}, 2025."]]
    assert due(pupil, "conference").reasons[0][0] == "EC 48262"


def test_a_referral_is_told_of_once_the_school_tried_to_help(town, rosa):
    pupil = town.pupil("P-1", days="U.U.U.U.U")
    for day in (5, 7, 9):
        town.report(pupil, day)
    cases.take_step(student=pupil, kind="attempt", on=on(10), by=rosa, said={"how": "Home visit"})
    step = cases.take_step(student=pupil, kind="referral", on=on(11), by=rosa)
    actions.find_due()
    assert (due(pupil, "sarb_referral").step, held(pupil, "sarb_referral")) == (step, "")
    Letterhead.objects.update(board="")
    actions.find_due()
    assert "review board's name and address are not on file. (EC 48263)" in held(pupil, "sarb_referral")


@pytest.mark.parametrize(("days", "found"), [("EE" + "." * 23, 0), ("EEE" + "." * 22, 1), ("EEEEE" + "." * 20, 1)])
def test_a_tenth_of_the_days_excused_is_many(town, night, days, found):
    town.pupil("P-1", days=days)
    night()
    assert actions.find_due().due.get("excessive_excused", 0) == found


def test_confidential_days_are_no_part_of_it(town, night, district):
    m.AttendanceCode.objects.filter(code="E").update(description="Confidential medical (EC 46010.1)")
    town.pupil("P-1", days="EEEEEEE" + "." * 18)
    night()
    assert actions.find_due().due == {}


def break_letterhead(pupil):
    Letterhead.objects.all().delete()


def break_grade(pupil):
    m.Student.objects.filter(pk=pupil.pk).update(grade="UE")


def break_address(pupil):
    m.Contact.objects.update(address=None)


def break_guardian(pupil):
    m.FamilyLink.objects.update(live=False)


def break_restriction(pupil):
    m.FamilyLink.objects.update(restrictions="No contact by court order")


def break_mailing(pupil):
    m.FamilyLink.objects.update(mailing=False)


def break_rights(pupil):
    m.FamilyLink.objects.update(rights_holder=False)


def break_language(pupil):
    m.Student.objects.filter(pk=pupil.pk).update(language="hy")


def break_wording(pupil):
    m.Student.objects.filter(pk=pupil.pk).update(language="so")


@pytest.mark.parametrize(("broken", "says", "remedy"), [
    (break_letterhead, "letterhead is not complete", "under Letters, Letterheads"),
    (break_grade, "none that a letter can name", "Correct it at the source"),
    (break_address, "no complete mailing address", "complete the family's contacts"),
    (break_guardian, "Nobody on file may receive this notice. (EC 49061)", "complete the family's contacts"),
    (break_restriction, "Nobody on file may receive this notice. (EC 49061)", "complete the family's contacts"),
    (break_mailing, "Nobody on file may receive this notice. (EC 49061)", "complete the family's contacts"),
    (break_rights, "Nobody on file may receive this notice. (EC 49061)", "complete the family's contacts"),
    (break_language, "Nobody has approved the wording in", "reads and approves the wording"),
    (break_wording, "no wording in so, which the law requires", "Have the letter translated"),
])  # fmt: skip
def test_what_holds_a_letter_is_said_with_what_to_do_and_is_let_go_once_mended(ana, broken, says, remedy):
    whole = {model: list(model.objects.values()) for model in (m.Contact, m.FamilyLink)}
    student = m.Student.objects.filter(pk=ana.pk).values("grade", "language").get()
    broken(ana)
    found = actions.find_due()
    assert (found.held, found.due) == (1, {"first_truancy": 1})
    assert says in held(ana)
    assert remedy in held(ana)
    assert queries.counts(EVERYTHING)[0].held == 1
    for model, rows in whole.items():
        for row in rows:
            model.objects.filter(pk=row["id"]).update(**{k: v for k, v in row.items() if k != "id"})
    m.Student.objects.filter(pk=ana.pk).update(**student)
    if not Letterhead.objects.exists():
        actions.set_letterhead(school=ana.school, by=None, **HEAD)
    assert (actions.find_due().held, held(ana)) == (0, "")


def test_a_day_that_may_still_be_explained_holds_the_letter_until_it_may_not(town, settings):
    pupil = town.pupil("P-1", days="." * 16 + "U.U.U")
    town.report(pupil, 21)
    settings.TODAY = on(21).isoformat()
    actions.find_due()
    ends = on(20) + timedelta(10)
    assert "setting excuses.clearing_days" in held(pupil)
    assert f"It can be sent from {(ends + timedelta(1)):%B} {(ends + timedelta(1)).day}, 2025 on." in held(pupil)
    assert actions.find_due(on=ends + timedelta(1)).held == 0


def test_a_reason_that_waits_for_a_decision_holds_the_letter(ana, rosa):
    attendance.clear(student=ana, school=ana.school, day=on(2), reason="48205a15", by=rosa)
    assert Clearing.objects.get().state == "waiting"
    actions.find_due()
    assert "waits for a decision. (EC 48260(c)) An administrator decides" in held(ana)


def test_a_day_cleared_this_afternoon_counts_before_the_night(ana, rosa):
    attendance.clear(student=ana, school=ana.school, day=on(2), reason="48205a01", by=rosa)
    actions.find_due()
    assert "Too few days of the report are unexcused occasions still. (EC 48260(a))" in held(ana)


@pytest.mark.parametrize("kind", ASKED)
def test_what_may_be_asked_for(town, rosa, kind):
    pupil = town.pupil("P-1")
    one = actions.ask(student=pupil, kind=kind, by=rosa, note="The family asked.")
    assert (one.asked_by, one.note) == (rosa, "The family asked.")
    assert one.reasons == [["", "Asked for by Rosa Diaz: The family asked."]]
    assert JournalLine.objects.get(verb="notices.asked").detail == {"student": pupil.pk, "kind": str(kind)}
    assert actions.find_due().gone == 0, "it stays until it is sent"
    with pytest.raises(NotAllowed, match="one waits for this student already"):
        actions.ask(student=pupil, kind=kind, by=rosa)


@pytest.mark.parametrize("kind", ["first_truancy", "next_truancy", "sarb_referral", "correction", "excessive_excused"])
def test_nobody_asks_for_what_the_law_makes_due(town, rosa, kind):
    with pytest.raises(NotAllowed, match="falls due by itself"):
        actions.ask(student=town.pupil("P-1"), kind=kind, by=rosa)


def test_a_review_team_needs_something_that_was_done(town, rosa):
    pupil = town.pupil("P-1")
    actions.ask(student=pupil, kind="sart_referral", by=rosa)
    actions.find_due()
    assert "Nothing is on record that the school did to help." in held(pupil, "sart_referral")
    town.report(pupil)
    cases.take_step(student=pupil, kind="attempt", on=on(6), by=rosa, said={"how": "Phone call"})
    actions.find_due()
    assert held(pupil, "sart_referral") == ""


def test_better_attendance_takes_forty_days_to_show(town, rosa, night):
    pupil = town.pupil("P-1")
    night()
    actions.ask(student=pupil, kind="improvement", by=rosa)
    actions.find_due()
    assert "It takes 40 school days to compare." in held(pupil, "improvement")


def test_an_invitation_that_was_sent_is_the_attempt_the_law_asks_for(town, prepare, issued):
    pupil = town.pupil("P-1", days="U.U.U.U.U")
    for day in (5, 7, 9):
        town.report(pupil, day)
    actions.find_due()
    issued(prepare("conference", meeting=MEETING))
    step = Notice.objects.get(kind="conference").step
    assert (step.kind, step.on, step.evidence["said"]["how"]) == ("attempt", SENT, "Letter")
    assert "conference" not in actions.find_due().due


def test_the_list_is_of_those_one_may_see(town):
    for place in (0, 1):
        town.report(town.pupil(f"P-{place}", at=place))
    actions.find_due()
    first, second = town.district.schools
    assert [one.student.key for one in queries.listed(Scope(schools=frozenset({first.pk})))] == ["P-0"]
    assert [one.student.key for one in queries.listed(EVERYTHING, school=str(second.pk))] == ["P-1"]
    assert not queries.listed(Scope()).exists()
    assert not queries.listed(EVERYTHING, school="1 or 1=1").exists()
    assert [(row.kind, row.ready, row.held) for row in queries.counts(EVERYTHING)] == [("first_truancy", 2, 0)]


# -- what is not looked at again ---------------------------------------------------------------------------------------


@pytest.fixture
def excused(town, night):
    """A student whose family is due the letter about many excused days, looked at once."""
    pupil = town.pupil("P-7", days="E" * 20)
    night()
    actions.find_due()
    assert due(pupil, "excessive_excused").state == Due.State.OPEN
    return pupil


def looked_at(monkeypatch) -> list[int]:
    """Primary keys of the letters that the next search plans."""
    seen: list[int] = []

    def watched(dues, **more):
        seen.extend(one.pk for one in dues)
        return plan(dues, **more)

    monkeypatch.setattr("firstbell.notices.actions.finding.plan", watched)
    return seen


def test_a_letter_about_excused_days_is_looked_at_once(excused, monkeypatch):
    seen = looked_at(monkeypatch)
    actions.find_due()
    assert seen == []


@pytest.mark.parametrize("change", ["contact", "link", "new contact", "student", "program"])
def test_it_is_looked_at_again_when_a_newer_file_speaks_of_the_home(excused, town, district, monkeypatch, change):
    link = excused.family_links.select_related("contact").get()
    district.arrives(SENT)
    match change:
        case "contact":
            district.change(link.contact, address="")
        case "link":
            district.change(link, restrictions="No contact, court order")
        case "new contact":
            town.link(excused, town.contact("Ramón"), "Father")
        case "student":
            district.change(excused, language="xx")
        case "program":
            m.Program.objects.create(student=excused, program="Foster", begins_on=on(0), arrival=district.arrival)
    seen = looked_at(monkeypatch)
    actions.find_due()
    assert seen == [due(excused, "excessive_excused").pk]
    held = due(excused, "excessive_excused").state == Due.State.HELD
    assert held is (change != "new contact")


def test_what_is_held_is_looked_at_every_night(excused, district, monkeypatch):
    Due.objects.update(state=Due.State.HELD)
    seen = looked_at(monkeypatch)
    actions.find_due()
    assert len(seen) == 1
    assert due(excused, "excessive_excused").state == Due.State.OPEN
