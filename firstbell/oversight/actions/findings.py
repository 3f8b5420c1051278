"""Findings: found with evidence and a rule, answered, mended by a plan, reviewed and signed off, or appealed."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from firstbell.cases.rules import refusal
from firstbell.core import clock, journal
from firstbell.core.access import May, Scope
from firstbell.core.models import User
from firstbell.law.findings import spoken
from firstbell.oversight.models import Appeal, Finding, PlanStep
from firstbell.oversight.rules.findings import OPEN, WORDS, after

PAST = {
    "plan": "planned", "finish": "finished", "reopen": "reopened", "sign_off": "signed_off", "withdraw": "withdrawn",
    "appeal": "appealed", "uphold": "upheld", "overturn": "overturned", "answer": "answered", "step": "step_done",
}  # fmt: skip
"""The journal's word for each move."""


@transaction.atomic
def find(*, user: User, what: str, evidence: str, rule: str, by: User) -> Finding:
    """Write a finding about somebody's work: what, the page of ours that shows it, and the rule it breaks."""
    if user == by:
        raise refusal("Nobody writes a finding about themselves.")
    for text, sentence in (
        (what, "Say what was found, in a sentence that can be checked."),
        (evidence, "Link the page that shows it: a finding without evidence is an opinion."),
        (rule, "Name the rule it breaks: a section, a policy, or what was agreed."),
    ):  # fmt: skip
        if not text.strip():
            raise refusal(sentence)
    if not _ours(evidence.strip()):
        raise refusal(f"“{evidence.strip()[:80]}” is no page of this system. Copy its address from / on, as /cases/….")
    made = Finding.objects.create(
        user=user, what=what.strip()[:1000], evidence=evidence.strip()[:300], rule=rule.strip()[:200],
        on=clock.today(), by=by,
    )  # fmt: skip
    made.moves.create(what="find", was="", now="open", on=clock.today(), by=by)
    journal.record("oversight.found", by=by, about=made, user=user.pk)
    return made


def _ours(address: str) -> bool:
    """A path of this very site: nothing that leads elsewhere."""
    return address.startswith("/") and not address.startswith("//") and "\\" not in address and ":" not in address


@transaction.atomic
def answer(*, finding: Finding, text: str, by: User, version: int | None = None) -> Finding:
    """The person's own words to a finding, kept beside it. Said once."""
    finding = current(finding, version)
    _mine(finding, by)
    if finding.answer:
        raise refusal("You have answered. What you said stands; an appeal is decided by somebody else.")
    if not text.strip():
        raise refusal("Write what you have to say to it.")
    return _moved(finding, "answer", finding.state, by=by, answer=text.strip()[:2000])


@transaction.atomic
def plan(
    *, finding: Finding, steps: Sequence[tuple[str, date]], review_on: date, by: User, version: int | None = None
) -> Finding:
    """Agree on a corrective plan: steps (text, by when) of the person it is about, and the day somebody looks.

    A later plan drops the steps that are not done and sets its own.
    """
    finding = current(finding, version)
    _supervises(finding, by)
    state = after(finding.state, "plan")
    wanted = [(text.strip()[:300], due) for text, due in steps if text.strip()]
    today = clock.today()
    if not wanted:
        raise refusal("A plan has at least one step.")
    if early := [text for text, due in wanted if due is None or due < today]:
        raise refusal(f"Say by which day from today on: {'; '.join(early)}.")
    last = max(due for _, due in wanted)
    if review_on < last:
        raise refusal(f"The last step is due on {spoken(last)}: choose that day or a later one for the review.")
    finding.steps.filter(done_on=None, dropped_on=None).update(dropped_on=today)
    for text, due in wanted:
        PlanStep.objects.create(finding=finding, text=text, owner=finding.user, due_on=due, by=by)
    return _moved(finding, "plan", state, by=by, review_on=review_on)


@transaction.atomic
def do_step(*, step: PlanStep, said: str, by: User) -> PlanStep:
    """A step is done, with what was done; the last one takes the finding to its review."""
    finding = current(step.finding, None)
    step = PlanStep.objects.select_for_update(of=("self",)).get(pk=step.pk)
    if by.pk not in (step.owner_id, finding.by_id):
        raise refusal("Whoever has the step says that it is done, or whoever found.")
    if finding.state != "planned" or step.done_on or step.dropped_on:
        raise refusal("This step is not open any more. Open the finding again to see where it stands.")
    if not said.strip():
        raise refusal("Say what was done, and where it can be seen.")
    step.done_on, step.done_by, step.said = clock.today(), by, said.strip()[:500]
    step.save(update_fields=["done_on", "done_by", "said"])
    _moved(finding, "step", finding.state, by=by, why=step.text)
    if not finding.steps.filter(done_on=None, dropped_on=None).exists():
        _moved(finding, "finish", after(finding.state, "finish"), by=by)
    return step


@transaction.atomic
def settle(*, finding: Finding, what: str, why: str, by: User, version: int | None = None) -> Finding:
    """Sign a finding off, send it back for more (`reopen`), or withdraw it: always with words."""
    finding = current(finding, version)
    _supervises(finding, by)
    if what not in ("sign_off", "reopen", "withdraw"):
        raise refusal("Choose what follows: signed off, more to do, or withdrawn.")
    state = after(finding.state, what)
    if not why.strip():
        raise refusal("Say why: the person reads it, and so may somebody who decides an appeal.")
    done = {"settled_on": clock.today()} if state not in OPEN else {}
    return _moved(finding, what, state, by=by, why=why, **done)


@transaction.atomic
def appeal(*, finding: Finding, why: str, by: User, version: int | None = None) -> Appeal:
    """The person it is about asks the director. Everything waits until another person has decided."""
    finding = current(finding, version)
    _mine(finding, by)
    was, state = finding.state, after(finding.state, "appeal")
    if finding.appeals.exists():
        raise refusal("This finding was appealed and decided once already.")
    if not why.strip():
        raise refusal("Say why it should not stand: another person reads both sides.")
    made = Appeal.objects.create(finding=finding, why=why.strip()[:2000], was=was, found_by=finding.by, by=by)
    _moved(finding, "appeal", state, by=by, why=why)
    return made


@transaction.atomic
def decide(*, appeal: Appeal, outcome: str, reasons: str, by: User, scope: Scope) -> Appeal:
    """The director decides, who neither found it nor appealed. `scope` is what `by` may do that day."""
    finding = current(appeal.finding, None)
    appeal = Appeal.objects.select_for_update(of=("self",)).get(pk=appeal.pk)
    if appeal.outcome:
        raise refusal(f"{appeal.decided_by} has decided: {appeal.get_outcome_display().lower()}.")
    if May.OVERSEE not in scope or not scope.everywhere:
        raise refusal("An appeal is decided by the director.")
    if by.pk in (appeal.found_by_id, appeal.by_id):
        raise refusal("Somebody else decides: whoever found it, and whoever appeals, do not.")
    if outcome not in Appeal.Outcome.values:
        raise refusal("Choose whether the finding stands.")
    if not reasons.strip():
        raise refusal("Say why: both sides read it.")
    appeal.outcome, appeal.reasons = outcome, reasons.strip()[:2000]
    appeal.decided_at, appeal.decided_by = timezone.now(), by
    appeal.save(update_fields=["outcome", "reasons", "decided_at", "decided_by"])
    if outcome == Appeal.Outcome.OVERTURNED:
        state = after(finding.state, "overturn")
        _moved(finding, "overturn", state, by=by, why=reasons, settled_on=clock.today())
    else:
        _moved(finding, "uphold", appeal.was, by=by, why=reasons)
    return appeal


def current(finding: Finding, version: int | None) -> Finding:
    """The finding as it is, locked. NotAllowed when somebody acted on it since `version` was shown."""
    now = Finding.objects.select_for_update(of=("self",)).select_related("user", "by").get(pk=finding.pk)
    if version is not None and version != now.version:
        last = now.moves.select_related("by").last()
        raise refusal(
            f"This finding changed while you had it open: {last.by} says “{WORDS[last.what]}”. Nothing of yours is"
            " saved yet: look, and say it again."
        )
    return now


def _mine(finding: Finding, by: User) -> None:
    if finding.user_id != by.pk:
        raise refusal("Only the person a finding is about answers or appeals.")


def _supervises(finding: Finding, by: User) -> None:
    if finding.user_id == by.pk:
        raise refusal("Nobody plans, reviews or signs off a finding about themselves.")


def _moved(finding: Finding, what: str, state: str, *, by: User, why: str = "", **also: Any) -> Finding:
    was, finding.state, finding.version = finding.state, state, finding.version + 1
    for name, value in also.items():
        setattr(finding, name, value)
    finding.save(update_fields=sorted({"state", "version", *also}))
    finding.moves.create(what=what, was=was, now=state, why=why.strip()[:2000], on=clock.today(), by=by)
    journal.record(f"oversight.finding_{PAST[what]}", by=by, about=finding, user=finding.user_id, was=was, now=state)
    return finding
