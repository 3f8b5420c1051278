"""A hearing's life as a machine that does anything at any time: quorum, signed words, and what never follows.

Ten lives here, two hundred with `make soak`.
"""

import os
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.conf import settings as django
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from firstbell.cases import actions as cases
from firstbell.cases.models import Case, Entry, Task
from firstbell.cases.rules import NotAllowed
from firstbell.core.models import JournalLine
from firstbell.panels.actions import agreements, checks, decisions, room
from firstbell.panels.kinds import KINDS
from firstbell.panels.models import (
    Agreement,
    Check,
    Decision,
    Directive,
    Hearing,
    Present,
    Referral,
    ReferralMove,
    Said,
    Signature,
)
from firstbell.panels.rules import quorum
from tests.panels.rooms import *  # noqa: F403 - fixtures

LIVES = int(os.environ.get("FIRSTBELL_SOAK", "100")) // 10
COUNTED = (
    Hearing,
    Present,
    Said,
    Agreement,
    Directive,
    Signature,
    Check,
    Decision,
    ReferralMove,
    Entry,
    Task,
    JournalLine,
)
PARTIES = ("family", "student", "school", "agency", "interpreter")
PARTS = ("introduction", "options", "agreement", "dance")
SIDES = ("family", "student", "school", "agency", "panel")


class Life(RuleBasedStateMachine):
    """One household before a review board; whatever is refused changes nothing."""

    hearing_pk: int
    by: object
    today: object

    def __init__(self) -> None:
        super().__init__()
        self.point = transaction.savepoint()
        self.before = JournalLine.objects.count()
        self.signed: tuple[str, list] | None = None
        self.told = 0
        django.TODAY = self.today.isoformat()

    def teardown(self) -> None:
        self.at_the_end_everything_has_an_outcome()
        transaction.savepoint_rollback(self.point)
        django.TODAY = self.today.isoformat()

    def at_the_end_everything_has_an_outcome(self) -> None:
        django.TODAY = (self.today + timedelta(200)).isoformat()
        checks.fill_checks()
        held = Directive.objects.exclude(stands__in=("draft", "not_agreed"))
        assert not held.filter(owner=None).exists()
        assert not Check.objects.filter(outcome="").exists()
        for one in held:
            assert one.checks.count() == 4
            assert one.stands in ("kept", "late", "broken", "unknown")
            assert one.next_on is None

    @property
    def hearing(self) -> Hearing:
        return Hearing.objects.select_related("panel", "day").get(pk=self.hearing_pk)

    def tries(self, act, **told) -> object:
        before = self.counted()
        try:
            with transaction.atomic():
                return act(by=self.by, **told)
        except NotAllowed:
            assert self.counted() == before, f"{act.__name__} was refused, and changed something"
        return None

    @staticmethod
    def counted() -> tuple[int, ...]:
        return tuple(model.objects.count() for model in COUNTED)

    # -- what people do ------------------------------------------------------------------------------------------------

    @rule(place=st.integers(0, 4))
    def a_member_comes(self, place):
        member = self.hearing.panel.members.order_by("pk")[place]
        self.tries(room.arrive, hearing=self.hearing, party="panel", name="", member=member)

    @rule(party=st.sampled_from(PARTIES))
    def somebody_comes(self, party):
        self.tries(room.arrive, hearing=self.hearing, party=party, name=f"The {party}")

    @rule(at=st.integers(0, 20))
    def somebody_leaves(self, at):
        if rows := list(Present.objects.order_by("pk")):
            self.tries(room.leave, present=rows[at % len(rows)])

    @rule(version=st.sampled_from([None, None, 1]))
    def starts(self, version):
        self.tries(room.start, hearing=self.hearing, version=version)

    @rule(part=st.sampled_from(PARTS), text=st.sampled_from(["", "She draws.", "He takes medication."]))
    def says(self, part, text):
        self.tries(room.say, hearing=self.hearing, part=part, text=text)
        self.tries(room.go_to, hearing=self.hearing, part=part)

    @rule(party=st.sampled_from(SIDES[:4]), days=st.sampled_from([1, 14, 90, 91]), measured=st.booleans())
    def drafts(self, party, days, measured):
        student = self.hearing.referrals.first().student
        told = {"evidence": "attendance", "target": 2, "target_of": 20} if measured else {"evidence": "word"}
        self.tries(
            agreements.add_directive, hearing=self.hearing, student=student, party=party, who=f"The {party}",
            what="Something", due_on=self.today + timedelta(days), owner=self.by, **told,
        )  # fmt: skip

    @rule()
    def strikes_out(self):
        if row := Directive.objects.order_by("pk").last():
            self.tries(agreements.drop_directive, directive=row)

    @rule()
    def reads_back(self):
        self.tries(agreements.read_back, hearing=self.hearing, reader="Ines Quiroga")

    @rule(party=st.sampled_from(SIDES), how=st.sampled_from(["typed", "draw", "refused", "nothing"]))
    def signs(self, party, how):
        told = {
            "typed": {"method": "device", "typed": True}, "refused": {"method": "refused", "why": "Not today."},
            "draw": {"method": "device", "strokes": "[[[1,1],[2,2],[3,3],[4,4]]]"}, "nothing": {"method": "device"},
        }[how]  # fmt: skip
        self.tries(agreements.sign, hearing=self.hearing, party=party, name=f"The {party}", **told)

    @rule(why=st.sampled_from(["", "They had to go."]))
    def leaves_unsigned(self, why):
        self.tries(agreements.leave_unsigned, hearing=self.hearing, why=why)

    @rule()
    def calls_home(self):
        student = self.hearing.referrals.first().student
        self.tries(cases.log, key=uuid4(), student=student, kind="call", outcome="no_answer")

    @rule(again=st.booleans())
    def misses(self, again):
        self.tries(room.miss, hearing=self.hearing, why="No word.", again=again)

    @rule(withdrawn=st.booleans(), why=st.sampled_from(["", "Ill."]))
    def breaks_off(self, withdrawn, why):
        self.tries(room.break_off, hearing=self.hearing, why=why, withdrawn=withdrawn)

    @rule()
    def holds(self):
        here = [one.member.seat for one in Present.objects.filter(left_at=None).exclude(member=None)]
        was = self.hearing.state
        if self.tries(room.hold, hearing=self.hearing):
            assert was == "running"
            assert quorum(KINDS["sarb"], here).outcome
            assert Present.objects.filter(party__in=("family", "student")).exists()

    @rule()
    def gets_on(self):
        """Everything up to a signed agreement, as far as the hearing lets it."""
        for place in range(4):
            self.a_member_comes(place)
        self.somebody_comes("family")
        self.starts(None)
        self.drafts("family", 14, False)
        self.drafts("school", 14, True)
        self.reads_back()
        for side in SIDES:
            self.signs(side, "typed")

    @rule(what=st.sampled_from(Decision.What.values), careful=st.booleans())
    def decides(self, what, careful):
        referral = self.hearing.referrals.first()
        self.tries(
            decisions.decide, referral=referral, what=what, why="It follows.", because="services", careful=careful
        )

    @rule(days=st.integers(1, 40))
    def days_pass(self, days):
        if self.hearing.state == "held":
            today = min(self.today + timedelta(160), date.fromisoformat(django.TODAY) + timedelta(days))
            django.TODAY = today.isoformat()
            filled = checks.fill_checks()
            self.told += filled.said + filled.unsaid

    @rule(
        at=st.integers(0, 20),
        outcome=st.sampled_from(["kept", "late", "broken", "unknown"]),
        note=st.sampled_from(["", "x"]),
    )
    def looks(self, at, outcome, note):
        if rows := list(Check.objects.order_by("pk")):
            self.told += self.tries(checks.check, check=rows[at % len(rows)], outcome=outcome, note=note) is not None

    # -- what is always so ---------------------------------------------------------------------------------------------

    @invariant()
    def what_was_signed_stands(self):
        agreement = Agreement.objects.exclude(digest="").first()
        if agreement is None:
            return
        rows = list(Directive.objects.order_by("pk").values_list("pk", "party", "who", "what", "due_on", "target"))
        if self.signed is None:
            self.signed = (agreement.text, rows)
        assert self.signed == (agreement.text, rows)
        assert {one.digest for one in Signature.objects.all()} <= {agreement.digest}

    @invariant()
    def nothing_follows_from_an_empty_chair(self):
        referral = Referral.objects.get()
        if not Hearing.objects.filter(state="held").exists():
            assert referral.state not in ("heard", "forwarded", "closed")
            assert not Decision.objects.exists()
            assert not Check.objects.exists()
        if referral.state == "forwarded":
            assert Decision.objects.filter(what__in=("mediation", "court")).exclude(step=None).exists()

    @invariant()
    def the_case_goes_on(self):
        assert Case.objects.get().state == "open"

    @invariant()
    def the_journal_says_every_change(self):
        said: dict[str, int] = {}
        for verb in JournalLine.objects.filter(verb__startswith="panels.").values_list("verb", flat=True):
            said[verb[7:]] = said.get(verb[7:], 0) + 1

        def of(*verbs: str) -> int:
            return sum(said.get(verb, 0) for verb in verbs)

        hearing = self.hearing
        assert of("hearing_started") == (hearing.started_at is not None)
        ends = {"held": of("hearing_held"), "no_show": of("no_show"), "called_off": of("broken_off")}
        assert [ends[state] for state in ends] == [int(hearing.state == state) for state in ends]
        assert of("arrived") - of("left") == Present.objects.filter(left_at=None).count()
        assert of("said") == Said.objects.count()
        assert of("directive_added") - of("directive_dropped") == Directive.objects.count()
        assert of("signed") == Signature.objects.count()
        assert of("agreement_signed", "agreement_unsigned") == Agreement.objects.exclude(closed_at=None).count()
        assert of("checked", "check_filled") == self.told
        assert of("decided") == Decision.objects.count()
        moves = sum(many for verb, many in said.items() if verb.startswith("referral_"))
        assert moves == ReferralMove.objects.count()


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.django_db
def test_whatever_happens_in_the_room_nothing_wrong_follows(hearing, counselor, today):
    Life.hearing_pk, Life.by, Life.today = hearing.pk, counselor, today
    quiet = settings(max_examples=LIVES, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Life, settings=quiet)
