"""What happens to letters when the ground goes: rescinded, stopped, put right, and standing again."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from firstbell.cases import actions as cases
from firstbell.cases.models import Step
from firstbell.core.models import JournalLine
from firstbell.notices import actions, queries
from firstbell.notices.models import Due, Letter, Notice
from firstbell.notices.queries import sent
from firstbell.notices.rules import NotAllowed
from tests.notices.conftest import MEETING, SENT, due, on

pytestmark = pytest.mark.django_db
NEXT = SENT + timedelta(1)
TRUANT_AGAIN = "U.U.U.U.U"


@pytest.fixture
def mend(night, rosa):
    """`mend()`: a night that somebody's import began, up to the letters."""

    def run(by=rosa) -> actions.Repaired:
        night()
        repaired = actions.rescind_hollow(by=by)
        actions.find_due(by=by)
        return repaired

    return run


def state(kind: str = "first_truancy") -> list[str]:
    return list(Notice.objects.filter(kind=kind).order_by("pk").values_list("state", flat=True))


def lines(verb: str) -> list[JournalLine]:
    return list(JournalLine.objects.filter(verb=f"notices.{verb}").order_by("pk"))


def referred(town, rosa):
    """Reported three times, tried to meet, referred."""
    pupil = town.pupil("P-1", days=TRUANT_AGAIN)
    for day in (5, 7, 9):
        town.report(pupil, day)
    cases.take_step(student=pupil, kind="attempt", on=on(10), by=rosa, said={"how": "Home visit"})
    cases.take_step(student=pupil, kind="referral", on=on(11), by=rosa)
    actions.find_due()
    return pupil


def test_a_late_correction_rescinds_the_letter_that_night(ana, town, issued, mend, rosa):
    issued()
    town.correct("P-1", 2)
    repaired = mend()
    notice = Notice.objects.get()
    assert repaired.rescinded == [notice]
    assert (notice.state, notice.rescinded_on, notice.rescinded_by) == ("rescinded", SENT, None)
    assert notice.rescinded_why == notice.step.hollow_why
    [line] = lines("rescinded")
    assert (line.by, line.about_id, line.detail) == (rosa, notice.pk, {"student": ana.pk, "why": notice.rescinded_why})
    assert Letter.objects.get().state == "issued", "it was sent, and stays on record"
    assert list(sent.correction_of([notice])) == [notice.pk]


def test_a_correction_that_leaves_enough_days_changes_nothing(town, issued, mend):
    town.family("P-1", days="UU.UU")
    issued()
    town.correct("P-1", 0)
    assert mend() == actions.Repaired([], [], [])
    assert state() == ["issued"]


def test_the_family_is_told_once_and_no_more(ana, town, issued, prepare, mend):
    issued()
    town.correct("P-1", 2)
    for _ in range(3):
        mend()
    assert Due.objects.filter(kind="correction").count() == 1
    one = due(ana, "correction")
    assert (one.step, one.since, one.reasons[0][0]) == (Notice.objects.get().step, SENT, "setting notices.correction")
    issued(prepare("correction"))
    for _ in range(2):
        assert mend().rescinded == []
    assert Due.objects.filter(kind="correction").count() == 1
    assert state("correction") == ["issued"]
    letter = Letter.objects.get(kind="correction")
    assert "September 3" not in letter.text.split("Sep 3")[0]
    assert "Sep 3, 2025" in letter.text
    assert "Sep 1, 2025" not in letter.text, "only what we had wrong"
    assert len(lines("rescinded")) == 1
    found = queries.timeline(ana)
    assert [item["detail"] for item in found] == ["letter issued", "letter issued", "rescinded"]


def test_the_new_report_of_the_same_year_is_told_of_anew(town, issued, prepare, mend, rosa, settings):
    pupil = town.pupil("P-1", days="U.U.U.U")
    town.report(pupil)
    actions.find_due()
    issued()
    town.correct("P-1", 2)
    mend()
    issued(prepare("correction"))
    cases.withdraw(step=Step.objects.get(kind="report"), by=rosa)
    town.report(pupil, 8)
    actions.find_due()
    settings.TODAY = NEXT.isoformat()
    issued(prepare(send_on=NEXT))
    assert state() == ["rescinded", "issued"]


def test_what_stands_again_before_the_family_was_told_stands(ana, town, issued, mend, rosa, district):
    issued()
    town.correct("P-1", 2)
    mend()
    assert due(ana, "correction").state == "open"
    back(town, district, ana)
    repaired = mend()
    notice = Notice.objects.get()
    assert (repaired.again, state(), notice.rescinded_on, notice.rescinded_why) == ([notice], ["issued"], None, "")
    assert due(ana, "correction").state == "gone"
    assert [(line.by, line.about_id) for line in lines("stands_again")] == [(rosa, notice.pk)]
    assert mend() == actions.Repaired([], [], [])


def back(town, district, pupil) -> None:
    """The excuse was a mistake: the files say unexcused again."""
    district.arrives(SENT)
    [mark] = pupil.marks.filter(day=on(2), withdrawals=None)
    district.withdraw(mark)
    town.told[pupil.key][on(2)] = district.mark(pupil, on(2), "U")


def test_what_the_family_was_told_does_not_stand_again(ana, town, issued, prepare, mend, district):
    issued()
    town.correct("P-1", 2)
    mend()
    issued(prepare("correction"))
    back(town, district, ana)
    assert mend().again == []
    assert state() == ["rescinded"]


def test_a_letter_does_not_stand_again_beside_a_newer_one(town, issued, prepare, mend, district):
    pupil = town.pupil("P-1", days="U.U.U.U")
    town.report(pupil)
    actions.find_due()
    issued()
    town.correct("P-1", 2)
    mend()
    town.report(pupil, 8)
    actions.find_due()
    prepare(send_on=NEXT)
    assert state() == ["rescinded", "prepared"]
    back(town, district, pupil)
    mend()
    assert state().count("issued") + state().count("prepared") <= 1


def test_a_correction_letter_that_is_no_longer_needed_is_stopped(ana, town, issued, prepare, mend, district):
    issued()
    town.correct("P-1", 2)
    mend()
    prepare("correction")
    back(town, district, ana)
    repaired = mend()
    assert [one.kind for one in repaired.stopped] == ["correction"]
    assert state("correction") == ["cancelled"]
    assert due(ana, "correction").state == "gone"


@pytest.mark.parametrize("approved", [False, True])
def test_a_letter_that_was_prepared_on_it_is_stopped(ana, town, prepare, mend, daniel, rosa, approved):
    batch = prepare()
    if approved:
        actions.approve(batch=batch, by=daniel)
    town.correct("P-1", 2)
    repaired = mend()
    assert [one.student for one in repaired.stopped] == [ana]
    assert (state(), Letter.objects.get().state, due(ana).state) == (["cancelled"], "cancelled", "gone")
    assert [(line.by, line.detail) for line in lines("stopped")] == [(rosa, {"student": ana.pk})]
    if approved:
        assert actions.issue(batch=batch.pk).letters.filter(state="issued").count() == 0


def test_the_sibling_in_the_same_letter_is_written_to_anew(town, prepare, mend, issued):
    _, [falls, stays] = town.family("P-1", "P-2")
    prepare()
    town.correct("P-1", 2)
    mend()
    assert (due(falls).state, due(stays).state) == ("gone", "open")
    assert state() == ["cancelled", "cancelled"]
    assert len(lines("stopped")) == 2
    issued(prepare())
    letter = Letter.objects.exclude(state="cancelled").get()
    assert [one.student for one in letter.notices.all()] == [stays]
    assert "P-1" not in letter.text


def test_the_ladder_falls_as_a_whole(town, rosa, issued, prepare, mend):
    pupil = referred(town, rosa)
    issued(prepare("first_truancy"))
    issued(prepare("sarb_referral"))
    town.correct("P-1", 0, 2)
    repaired = mend()
    assert sorted(one.kind for one in repaired.rescinded) == ["first_truancy", "sarb_referral"]
    assert Due.objects.filter(student=pupil, kind="correction").count() == 2
    assert not Due.objects.filter(state="open").exclude(kind="correction").exists()


def test_a_person_takes_a_letter_back(ana, issued, rosa):
    issued()
    notice = actions.rescind(notice=Notice.objects.get(), why="It went to the wrong family.", by=rosa)
    assert (notice.state, notice.rescinded_by, notice.rescinded_on) == ("rescinded", rosa, SENT)
    [line] = lines("rescinded")
    assert (line.by, line.detail["why"]) == (rosa, "It went to the wrong family.")
    with pytest.raises(NotAllowed, match="can be rescinded; this one is rescinded"):
        actions.rescind(notice=notice, why="again", by=rosa)


def test_what_a_person_took_back_stays_so_and_the_family_is_still_owed_a_word(ana, issued, mend, rosa):
    issued()
    actions.rescind(notice=Notice.objects.get(), why="It went to the wrong family.", by=rosa)
    for _ in range(2):
        assert mend().again == []
    one = due(ana, "correction")
    assert (state(), one.state, Due.objects.filter(kind="correction").count()) == (["rescinded"], "held", 1)
    assert one.reasons == [["setting notices.correction", "It went to the wrong family."]]
    assert one.remedy == "Write to the family by hand, and say which letter no longer counts."


def test_an_invitation_that_was_taken_back_is_called_no_truancy_notice(town, prepare, issued, mend, rosa):
    pupil = town.pupil("P-1", days=TRUANT_AGAIN)
    for day in (5, 7, 9):
        town.report(pupil, day)
    actions.find_due()
    issued(prepare("first_truancy"))
    issued(prepare("conference", meeting=MEETING))
    actions.rescind(notice=Notice.objects.get(kind="conference"), why="The room is closed.", by=rosa)
    town.correct("P-1", 0)
    mend()
    one = Due.objects.get(kind="correction", student=pupil, step__kind="attempt")
    assert one.state == "held"
    assert "by hand" in one.remedy


@pytest.mark.parametrize("kind", ["prepared", "cancelled"])
def test_only_what_was_issued_can_be_taken_back(ana, prepare, rosa, kind):
    batch = prepare()
    if kind == "cancelled":
        actions.cancel(batch=batch, by=rosa)
    with pytest.raises(NotAllowed, match="Only an issued letter"):
        actions.rescind(notice=Notice.objects.get(), why="no", by=rosa)


@limits(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.booleans(), min_size=1, max_size=5))
def test_however_often_the_files_change_their_mind_the_letter_follows(town, issued, mend, district, turns):
    key = f"P-{town.number}"
    district.arrives(SENT)
    pupil = town.pupil(key)
    mend()
    town.report(pupil)
    actions.find_due()
    issued()
    excused = False
    for wanted in turns:
        if wanted and not excused:
            town.correct(key, 2)
        elif excused and not wanted:
            back(town, district, pupil)
        excused = wanted
        mend()
        [notice] = Notice.objects.filter(student=pupil)
        assert notice.state == ("rescinded" if excused else "issued")
        assert notice.step.stands is not excused
        owed = Due.objects.filter(student=pupil, kind="correction", state__in=("open", "held")).count()
        assert owed == excused
