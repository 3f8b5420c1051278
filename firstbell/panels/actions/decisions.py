"""What is decided after a hearing, by a person and with reasons, and what the agency reports came of it (EC 48297).

Nothing here closes a case: the counselor keeps it.
"""

from datetime import date

from django.db import transaction

from firstbell.cases.actions import Careful, take_step
from firstbell.cases.models import Step
from firstbell.cases.rules import NotAllowed, refusal
from firstbell.core import clock, journal
from firstbell.core.models import User
from firstbell.law.findings import Reason, spoken
from firstbell.law.sarb import may_notify_attorney
from firstbell.law.steps import StepKind
from firstbell.panels.actions.moving import current, move
from firstbell.panels.actions.room import with_care
from firstbell.panels.kinds import KINDS
from firstbell.panels.models import Decision, Hearing, Referral
from firstbell.panels.queries.decisions import attorney_fields, last_held, ours_undone
from firstbell.panels.rules.decisions import BECAUSE, LONGEST, MOVES, STEPS
from firstbell.panels.rules.room import SETTING


@transaction.atomic
def decide(
    *, referral: Referral, what: str, why: str, by: User, because: str = "", careful: bool = False,
    version: int | None = None,
) -> Decision:  # fmt: skip
    """Decide what follows a hearing: another look, an end, mediation, or the request for a petition.

    Only of a referral that was heard: nothing follows from a family's not coming. `because` is one of BECAUSE, where
    mediation is asked for. NotAllowed says what the law lacks; Careful, what the district's own side has not done yet.
    """
    now = current(referral, version)
    if what not in Decision.What.values:
        raise refusal("Choose what is decided.")
    if not why.strip():
        raise refusal("Say why: a decision without reasons is none.")
    if len(why) > LONGEST:
        raise refusal(f"That is {len(why):,} characters; {LONGEST:,} fit here.")
    if now.state not in ("heard", "forwarded"):
        raise refusal(f"This referral is {now.get_state_display().lower()}: decide after it was heard.")
    with_care(why, careful)
    step = _step(now, what, why, because, by, careful=careful) if what in STEPS else None
    made = now.decisions.create(what=what, why=why.strip(), on=clock.today(), step=step, by=by)
    move(now, MOVES[what], by=by, why=why.strip(), evidence={"decision": made.pk})
    if what == Decision.What.REVIEW:
        _wait_again(now)
    journal.record("panels.decided", by=by, about=made, student=now.student_id, what=what, step=step and step.pk)
    return made


def _step(referral: Referral, what: str, why: str, because: str, by: User, *, careful: bool) -> Step:
    """The step of the truancy ladder that mediation or a petition is; asked of the law first."""
    kind = KINDS[referral.panel.kind]
    if not kind.legal:
        raise refusal(f"A {kind.short} asks no court: refer to the review board, which may.")
    if what == Decision.What.MEDIATION:
        stands = referral.step is not None and referral.step.stands
        found = may_notify_attorney(
            stands, because == "services", because == "no_response", attorney_fields(referral, why)
        )
        if not found.outcome:
            raise NotAllowed(*found.reasons)
    if not careful and (undone := ours_undone(referral)):
        raise Careful(*(Reason(SETTING, sentence) for sentence in undone))
    said = {"panel": str(referral.panel)} | ({"because": BECAUSE[because]} if because in BECAUSE else {})
    return take_step(
        student=referral.student, kind=StepKind(STEPS[what]), on=clock.today(), by=by, note=why.strip(), said=said,
    )  # fmt: skip


def _wait_again(referral: Referral) -> None:
    """A review hearing waits for a day; those heard together and reviewed together wait as one."""
    last = last_held(referral)
    if last is None:
        return
    later, _ = Hearing.objects.get_or_create(
        earlier=last, state="waiting",
        defaults={"panel": last.panel, "school": last.school, "family": last.family, "language": last.language,
                  "interpreter": last.interpreter},
    )  # fmt: skip
    later.referrals.add(referral)


@transaction.atomic
def report_outcome(*, decision: Decision, outcome: str, on: date, by_agency: str, by: User) -> Decision:
    """Write down what the agency says came of a referral to it (EC 48297): once, in its own words.

    NotAllowed before the decision, in the future, and where something was reported already.
    """
    now = Decision.objects.select_for_update(of=("self",)).select_related("referral").get(pk=decision.pk)
    if now.what not in STEPS:
        raise refusal("Only an agency that mediates or prosecutes reports back.")
    if now.outcome:
        raise refusal(f"{now.outcome_by} reported on {spoken(now.outcome_on)}: “{now.outcome}”. It stays as it is.")
    if not outcome.strip() or not by_agency.strip():
        raise refusal("Say what came of it, and which agency says so.")
    if not now.on <= on <= clock.today():
        raise refusal(f"Choose a day from {spoken(now.on)} to today.")
    now.outcome, now.outcome_on, now.outcome_by = outcome.strip()[:300], on, by_agency.strip()[:120]
    now.save(update_fields=["outcome", "outcome_on", "outcome_by"])
    journal.record("panels.outcome_reported", by=by, about=now, student=now.referral.student_id, what=now.what)
    return now
