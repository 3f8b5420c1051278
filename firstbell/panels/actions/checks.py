"""What was agreed is followed: in force when the hearing is held, looked at on four days, filled by the night."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from firstbell.cases.actions import ask, open_case
from firstbell.cases.models import Case, Task
from firstbell.cases.rules import refusal
from firstbell.core import clock, journal
from firstbell.core.models import User
from firstbell.law.findings import spoken
from firstbell.law.policy import policy_on
from firstbell.law.sarb import review_dates
from firstbell.panels.kinds import KINDS
from firstbell.panels.models import Agreement, Check, Directive, Signature
from firstbell.panels.models.agreements import OUTCOMES
from firstbell.panels.queries.checks import known_of, open_checks
from firstbell.panels.rules.agreements import UNSAID_AFTER, binds, said_by_records, unsaid

ASKED = ("school", "agency")
"""Sides whose directives make a task: of the school for whoever promised, of an agency for whoever follows it up."""


def put_in_force(agreement: Agreement, *, heard: Collection[int], by: User) -> int:
    """Put the directives that bind in force: their checks, and the tasks of the school's and the agencies' own.

    Call inside a transaction, on the day of the hearing. `heard` are the students whose referral was heard. How many
    are in force.
    """
    kind = KINDS[agreement.hearing.panel.kind]
    signed = set(agreement.signatures.exclude(method=Signature.Method.REFUSED).values_list("party", flat=True))
    days = policy_on(agreement.hearing.day.on).boards.review_days
    dates = review_dates(agreement.hearing.day.on, policy_on(agreement.hearing.day.on))
    force = 0
    for one in agreement.directives.select_related("student", "owner").order_by("position", "pk"):
        bound = one.student_id in heard and binds(kind, one.party, signed)
        one.stands, one.next_on = ("open", dates[0]) if bound else ("not_agreed", None)
        one.task = _asked(one, by) if bound and one.party in ASKED else None
        one.save(update_fields=["stands", "next_on", "task"])
        if bound:
            force += 1
            rows = zip(days, dates, strict=True)
            Check.objects.bulk_create(Check(directive=one, after_days=after, due_on=due) for after, due in rows)
    return force


def _asked(one: Directive, by: User) -> Task:
    case = Case.objects.open().filter(student=one.student_id).first()
    if case is None:
        case = open_case(student=one.student, by=by, why="Agreed before a panel.")
    text = one.what if one.party == "school" else f"{one.who}: {one.what}"
    return ask(
        case=case, kind=one.doing, text=text[:300], owner=one.owner, due_on=one.due_on, by=by,
        source=Task.Source.DECISION,
    )  # fmt: skip


@transaction.atomic
def check(*, check: Check, outcome: str, by: User, note: str = "") -> Check:
    """Say what became of a directive by a day. What was said already is put right only with a reason.

    NotAllowed before its day, and for an outcome that there is not.
    """
    check = Check.objects.select_for_update(of=("self",)).select_related("directive__owner").get(pk=check.pk)
    if outcome not in OUTCOMES:
        raise refusal("Say whether it was kept, was late, was broken, or is not known.")
    if check.due_on > clock.today():
        raise refusal(f"It is looked at on {spoken(check.due_on)}: say it then.")
    if check.outcome and not note.strip():
        raise refusal(f"It stands as “{check.get_outcome_display().lower()}”. Say why that was wrong.")
    if outcome == "unknown" and not note.strip():
        raise refusal("Say why it cannot be known.")
    was = check.outcome
    _say(check, outcome, by=by, note=note.strip()[:300], filled=False)
    journal.record(
        "panels.checked", by=by, about=check, student=check.directive.student_id, outcome=outcome, was=was,
        after_days=check.after_days,
    )  # fmt: skip
    return check


def _say(check: Check, outcome: str, *, by: User | None, filled: bool, note: str = "", found: str = "") -> None:
    check.outcome, check.note, check.filled, check.by = outcome, note, filled, by
    check.on, check.at, check.found = clock.today(), timezone.now(), found or check.found
    check.save(update_fields=["outcome", "note", "filled", "by", "on", "at", "found"])
    directive = Directive.objects.select_for_update(of=("self",)).get(pk=check.directive_id)
    rows = list(directive.checks.order_by("after_days").values_list("outcome", "due_on"))
    directive.stands = next((told for told, _ in reversed(rows) if told), "open")
    directive.next_on = next((due for told, due in rows if not told), None)
    directive.save(update_fields=["stands", "next_on"])


@dataclass(frozen=True, slots=True)
class Filled:
    """What a night said: checks that the records answered, and those that nobody did in time."""

    said: int
    unsaid: int


@transaction.atomic
def fill_checks(*, on: date | None = None, by: User | None = None) -> Filled:
    """Answer the due checks that the records can answer. Run each night; the rest waits for whoever answers for it.

    What nobody said within UNSAID_AFTER stands as not known, with who was to look: it is never closed silently, and
    a person may still put it right. Reads only students who have a check due.
    """
    on = on or clock.today()
    waiting = open_checks(on)
    known = known_of(waiting, on)
    said = late = 0
    for one in waiting:
        directive = one.directive
        target = None if directive.target is None else (directive.target, directive.target_of)
        told = said_by_records(
            directive.party, directive.evidence, directive.agreement.hearing.day.on, directive.due_on, one.due_on,
            target, known[one.pk],
        )  # fmt: skip
        if told:
            said += 1
        elif one.due_on + UNSAID_AFTER <= on:
            told = "unknown", unsaid(one.due_on, str(directive.owner))
            late += 1
        else:
            continue
        _say(one, told[0], by=by, filled=True, found=told[1][:300])
        journal.record(
            "panels.check_filled", by=by, about=one, student=directive.student_id, outcome=told[0],
            after_days=one.after_days,
        )  # fmt: skip
    return Filled(said, late)
