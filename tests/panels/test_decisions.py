"""What follows a hearing is decided by a person with reasons; a case is never closed by it."""

from datetime import timedelta

import pytest

from firstbell.cases import actions as cases
from firstbell.cases.actions import Careful
from firstbell.cases.models import Case, Step
from firstbell.cases.rules import NotAllowed
from firstbell.core.models import JournalLine
from firstbell.law.steps import StepKind
from firstbell.panels.actions import room
from firstbell.panels.actions.checks import check
from firstbell.panels.actions.decisions import decide, report_outcome
from firstbell.panels.models import Check, Decision, Hearing, Panel
from firstbell.roster.models import Contact, FamilyLink
from tests.attendance.conftest import DAYS
from tests.panels import rooms
from tests.panels.rooms import *  # noqa: F403 - fixtures

pytestmark = pytest.mark.django_db
WHY = "Two services were tried, and neither helped."


def lines(verb: str) -> int:
    return JournalLine.objects.filter(verb=f"panels.{verb}").count()


@pytest.fixture
def climbed(take, counselor):
    """Reports one to three and a conference: what a referral to a review board rests on (EC 48262)."""
    for kind, day in (("report", 5), ("notice", 6), ("attempt", 7), ("report", 11), ("report", 15)):
        take(kind, day)
    return take("referral", 16)


@pytest.fixture
def heard(climbed, referral, running, ines):
    """The truant's referral, heard this morning; its step stands."""
    referral.refresh_from_db()
    referral.step = climbed
    referral.save(update_fields=["step"])
    rooms.heard(running, ines)
    referral.refresh_from_db()
    return referral


@pytest.fixture
def kept(heard, ines, settings, today):
    """Ten days later, the school and the agency have done theirs."""
    settings.TODAY = (today + timedelta(10)).isoformat()
    for side in ("school", "agency"):
        check(check=Check.objects.filter(directive__party=side).first(), outcome="kept", by=ines)
    return heard


def test_a_review_hearing_waits_for_a_day(heard, ines, running, case):
    made = decide(referral=heard, what="review", why="Look again in a month.", by=ines)
    heard.refresh_from_db()
    assert (heard.state, made.step) == ("accepted", None)
    later = Hearing.objects.get(state="waiting")
    assert (later.earlier_id, list(later.referrals.all())) == (running.pk, [heard])
    assert lines("decided") == lines("referral_to_be_reviewed") == 1
    assert heard.moves.last().evidence == {"decision": made.pk}


def test_the_referral_ends_and_the_case_goes_on(heard, ines, case):
    decide(referral=heard, what="close", why="She comes every day.", by=ines)
    heard.refresh_from_db()
    case.refresh_from_db()
    assert (heard.state, heard.closed_on is not None, case.state) == ("closed", True, Case.State.OPEN)


@pytest.mark.parametrize("what", ["review", "close", "mediation"])
def test_the_counselor_keeps_the_case_whatever_is_decided(kept, ines, case, what):
    decide(referral=kept, what=what, why=WHY, by=ines, because="services")
    case.refresh_from_db()
    assert (case.state, case.lead, case.closed_on) == (Case.State.OPEN, case.lead, None)
    assert not JournalLine.objects.filter(verb="cases.closed").exists()


@pytest.mark.parametrize(
    ("told", "no"),
    [
        ({"what": "prison"}, "Choose what is decided"),
        ({"why": "  "}, "without reasons is none"),
        ({"why": "x" * 2001}, "2,001 characters"),
        ({"why": "The mother is undocumented."}, "immigration or citizenship"),
        ({"what": "mediation"}, "Services may still resolve it"),
    ],
)
def test_what_is_no_decision(kept, ines, told, no):
    with pytest.raises(NotAllowed, match=no):
        decide(referral=kept, by=ines, **({"what": "close", "why": WHY} | told))
    kept.refresh_from_db()
    assert (kept.state, Decision.objects.count()) == ("heard", 0)


def test_mediation_is_a_step_of_the_ladder_with_its_reasons(kept, ines, truant):
    made = decide(referral=kept, what="mediation", why=WHY, because="services", by=ines)
    kept.refresh_from_db()
    assert (kept.state, made.step.kind, made.step.note) == ("forwarded", StepKind.MEDIATION, WHY)
    assert made.step.evidence["said"] == {"panel": "North SARB", "because": "The services did not resolve it"}
    assert lines("referral_forwarded") == 1


def test_what_our_own_side_has_not_done_is_read_before_a_court_is_asked(heard, ines):
    with pytest.raises(Careful) as no:
        decide(referral=heard, what="mediation", why=WHY, because="services", by=ines)
    assert [one.sentence for one in no.value.reasons] == [
        "Agency: “What the agency does” (Tom Abara) was not looked at yet.",
        "School: “What the school does” (Rosa Diaz) was not looked at yet.",
    ]
    assert decide(referral=heard, what="mediation", why=WHY, because="services", by=ines, careful=True).step


def test_the_notice_gives_the_parents_name_and_address_or_is_not_made(kept, ines, mother):
    Contact.objects.filter(pk=mother.pk).update(postal="")
    with pytest.raises(NotAllowed, match="does not give the parent address"):
        decide(referral=kept, what="mediation", why=WHY, because="no_response", by=ines)
    FamilyLink.objects.update(restrictions="No contact")
    with pytest.raises(NotAllowed, match="does not give the parent name"):
        decide(referral=kept, what="mediation", why=WHY, because="no_response", by=ines)


def test_a_referral_whose_step_fell_goes_nowhere(kept, ines, climbed):
    Step.objects.filter(pk=climbed.pk).update(stands=False, hollow_on=DAYS[-1])
    with pytest.raises(NotAllowed, match="No referral to the board stands"):
        decide(referral=kept, what="mediation", why=WHY, because="services", by=ines)


def test_a_petition_needs_a_fourth_report(kept, ines, take):
    with pytest.raises(NotAllowed, match=r"only 3 reports of 4 stand\. \(In re A\.N\.\)"):
        decide(referral=kept, what="court", why=WHY, by=ines)


def test_only_a_review_board_asks_a_court(kept, ines, region):
    Panel.objects.filter(pk=kept.panel_id).update(kind="resource_panel", board="")
    with pytest.raises(NotAllowed, match="A Resource Panel asks no court"):
        decide(referral=kept, what="court", why=WHY, by=ines)


def test_from_mediation_it_may_go_to_court_and_what_came_of_it_is_kept(kept, ines, district, truant, night, settings):
    mediation = decide(referral=kept, what="mediation", why=WHY, because="services", by=ines)
    day = DAYS[-1]
    with pytest.raises(NotAllowed, match="Say what came of it"):
        report_outcome(decision=mediation, outcome=" ", on=mediation.on, by_agency="Probation", by=ines)
    with pytest.raises(NotAllowed, match="Choose a day from October 13, 2025 to today"):
        report_outcome(decision=mediation, outcome="Met.", on=day - timedelta(1), by_agency="Probation", by=ines)
    told = report_outcome(
        decision=mediation, outcome="A plan was signed.", on=mediation.on, by_agency="District attorney", by=ines
    )
    assert (told.outcome, told.outcome_by) == ("A plan was signed.", "District attorney")
    with pytest.raises(NotAllowed, match="It stays as it is"):
        report_outcome(decision=mediation, outcome="No.", on=mediation.on, by_agency="Probation", by=ines)
    assert lines("outcome_reported") == 1
    made = decide(referral=kept, what="close", why="It helped.", by=ines)
    with pytest.raises(NotAllowed, match="Only an agency"):
        report_outcome(decision=made, outcome="x", on=made.on, by_agency="y", by=ines)


def test_nothing_is_decided_from_a_family_that_did_not_come(hearing, referral, ines, truant, counselor):
    rooms.call(truant, counselor)
    room.miss(hearing=hearing, why="No word.", by=ines, again=False)
    for what in Decision.What.values:
        with pytest.raises(NotAllowed, match="decide after it was heard"):
            decide(referral=referral, what=what, why=WHY, by=ines, because="no_response", careful=True)
    assert not Decision.objects.exists()


def test_of_two_who_decide_the_second_is_told(heard, ines):
    seen = heard.version
    decide(referral=heard, what="review", why="Again.", by=ines, version=seen)
    with pytest.raises(NotAllowed, match="changed while you had it open"):
        decide(referral=heard, what="close", why="Enough.", by=ines, version=seen)


def test_cases_do_not_know_of_panels():
    assert not [name for name in dir(cases) if "panel" in name.lower()]
