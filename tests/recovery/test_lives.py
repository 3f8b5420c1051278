"""Any year of anybody, in any order: the board never loses a student, and nobody leaves it without proof or return.

Fifteen lives here, as many as FIRSTBELL_SOAK says with `make soak`; each is of real nights over a real day book.
"""

import os
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.models import Count
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from firstbell.attendance.actions import rebuild, serve
from firstbell.cases.rules import NotAllowed
from firstbell.core.models import User
from firstbell.recovery import actions
from firstbell.recovery.models import Proof, Search, Turn, Unseen
from firstbell.recovery.rules import OPEN, PROVEN
from tests.attendance.conftest import DAYS, YEAR

LIVES = int(os.environ.get("FIRSTBELL_SOAK", "15"))
PUPIL = st.integers(0, 2)
STORY = st.tuples(*[st.text(".U?EUU", min_size=1, max_size=3)] * 3)
SILENT = "U?"


class Year(RuleBasedStateMachine):
    """Three students at two schools. `told` holds each day's letter, None where they were enrolled nowhere."""

    district, pupils, rosa, mark_today = None, (), None, None

    def __init__(self) -> None:
        super().__init__()
        self.point = transaction.savepoint()
        self.n = -1
        self.told = [[] for _ in self.pupils]
        self.entered = [0 for _ in self.pupils]
        self.at = [0 for _ in self.pupils]
        self.gone: list[str | None] = [None for _ in self.pupils]
        self.known: dict[int, str] = {}
        self.passes(("...", "...", "..."))

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.point)
        for pupil in self.pupils:
            pupil.refresh_from_db()

    @rule(stories=STORY)
    def passes(self, stories):
        """One to three school days pass, and a night."""
        days = min(max(map(len, stories)), len(DAYS) - 2 - self.n)
        if days < 1:
            return
        self.district.arrives(DAYS[self.n + days])
        for who, story in enumerate(stories):
            for step in range(days):
                n, letter = self.n + 1 + step, story[step % len(story)]
                there = self.gone[who] is None and self.entered[who] <= n
                self.told[who].append(letter if there else None)
                if there and letter != ".":
                    self.district.mark(self.pupils[who], DAYS[n], letter, at=self.at[who])
        self.n += days
        self.night()

    def night(self) -> None:
        self.mark_today(self.n)
        rebuild(YEAR)
        serve(on=DAYS[self.n])
        actions.find_lost(year=YEAR)
        self.everybody_is_accounted_for()

    def everybody_is_accounted_for(self) -> None:
        on_board = set(Search.objects.open().values_list("student", flat=True))
        early = set(Unseen.objects.values_list("student", flat=True))
        for who, pupil in enumerate(self.pupils):
            if self.is_proven(who):
                continue
            days, never = self.silent(who)
            if self.gone[who] is not None or days >= (1 if never else 4):
                assert pupil.pk in on_board, f"{self.told[who]} is lost by the board"
            elif days:
                assert pupil.pk in early | on_board, f"{self.told[who]} is not among the unseen"
        for one in Search.objects.open().select_related("student"):
            assert one.school_id == one.student.school_id

    def silent(self, who: int) -> tuple[int, bool]:
        """(days in a row without a word up to now, whether they never were here); none for who is enrolled nowhere."""
        letters = [one for one in self.told[who] if one is not None]
        if self.told[who][-1] is None:
            return 0, "." not in letters
        days = 0
        while days < len(letters) and letters[-1 - days] in SILENT:
            days += 1
        return days, "." not in letters

    def is_proven(self, who: int) -> bool:
        last = Search.objects.filter(student=self.pupils[who], state__in=PROVEN).order_by("closed_on", "pk").last()
        if last is None or (self.entered[who] < len(DAYS) and DAYS[self.entered[who]] > last.closed_on):
            return False
        return all(letter != "." for n, letter in enumerate(self.told[who]) if DAYS[n] >= last.closed_on)

    @rule(who=PUPIL, code=st.sampled_from(["T160", "E140", ""]))
    def leaves(self, who, code):
        if self.gone[who] is not None or self.entered[who] > self.n or self.n > len(DAYS) - 4:
            return
        stay = self.pupils[who].enrolments.order_by("entry_on").last()
        self.district.arrives(DAYS[self.n])
        self.district.change(stay, exit_on=DAYS[self.n], exit_code=code)
        self.gone[who] = code
        self.passes(("E", "E", "E"))

    @rule(who=PUPIL, to=st.integers(0, 1))
    def enters(self, who, to):
        """Enrolled again from the next school day on, here or at the other school; or a move between the two."""
        if self.n > len(DAYS) - 4 or self.entered[who] > self.n:
            return
        pupil = self.pupils[who]
        self.district.arrives(DAYS[self.n])
        if self.gone[who] is None:
            stay = pupil.enrolments.order_by("entry_on").last()
            self.district.change(stay, exit_on=DAYS[self.n], exit_code="T160")
        self.district.enrol(pupil, entry=DAYS[self.n + 1], at=to)
        self.district.change(pupil, school=self.district.schools[to])
        pupil.refresh_from_db()
        self.gone[who], self.at[who], self.entered[who] = None, to, self.n + 1
        self.passes(("U", "U", "U"))

    @rule(who=PUPIL, doing=st.sampled_from(
        ["begin", "locate", "lose", "back", "steps", "paper", "prove T160", "prove E140", "reopen", "return"]
    ))  # fmt: skip
    def acts(self, who, doing):
        pupil, today = self.pupils[who], DAYS[self.n]
        search = Search.objects.filter(student=pupil).order_by("-pk").first()
        before = self.counted()
        try:
            with transaction.atomic():
                self.act(doing, pupil, search, today)
        except NotAllowed:
            assert self.counted() == before, f"{doing} was refused, and changed something"

    def act(self, doing, pupil, search, today) -> None:
        by = {"by": self.rosa}
        if doing == "begin":
            actions.begin(student=pupil, why="Heard something.", **by)
        elif search is None:
            return
        elif doing == "locate":
            actions.locate(search=search, where="With an aunt", how="She called", **by)
        elif doing == "lose":
            actions.lose(search=search, why="She was not.", **by)
        elif doing == "back":
            actions.come_back(search=search, on=today, seen_by="the office", **by)
        elif doing == "steps":
            for kind in ("siblings", "neighbor", "records", "state"):
                actions.log_step(search=search, key=uuid4(), kind=kind, outcome="nothing", **by)
        elif doing == "paper":
            actions.record_proof(
                search=search, kind="records_request", code="T160", dated_on=today, reference="1", **by
            )
        elif doing.startswith("prove"):
            actions.prove(search=search, code=doing[-4:], **by)
        elif doing == "reopen":
            actions.reopen(search=search, why="A mistake.", **by)
        else:
            actions.plan_return(search=search, way="regular", meets_on=today, adult=self.rosa, credits_short=0, **by)

    @staticmethod
    def counted() -> tuple[int, ...]:
        return Search.objects.count(), Turn.objects.count(), Proof.objects.count(), Search.objects.open().count()

    @invariant()
    def no_search_is_lost_and_none_ends_without_a_ground(self):
        rows = {one.pk: one for one in Search.objects.select_related("proof")}
        assert self.known.keys() <= rows.keys()
        for pk, one in rows.items():
            closed = one.turns.filter(what="closed").exists()
            assert one.state in OPEN or closed, "off the board, and no turn says so"
            if one.state == "back":
                assert one.back_on >= one.since
            elif one.state not in OPEN:
                assert one.proof.search_id == pk
                assert one.code
                assert one.closed_by == self.rosa, "no night proves anything"
        self.known = {pk: one.state for pk, one in rows.items()}

    @invariant()
    def one_search_at_a_time(self):
        assert not Search.objects.open().values("student").annotate(n=Count("pk")).filter(n__gt=1).exists()

    @invariant()
    def a_dropout_code_follows_every_step(self):
        for one in Search.objects.filter(code="E140"):
            assert {"neighbor", "records", "state"} <= set(one.steps.values_list("kind", flat=True))


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.django_db
def test_the_board_never_loses_a_student(district, stand_on):
    district.arrives(DAYS[0])
    Year.district, Year.mark_today = district, staticmethod(stand_on)
    Year.pupils = [district.student(f"L-{n}") for n in range(3)]
    Year.rosa = User.objects.create(username="rosa", first_name="Rosa")
    quiet = settings(max_examples=LIVES, stateful_step_count=10, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Year, settings=quiet)
