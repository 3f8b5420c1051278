"""A case's life as a machine that takes any step at any time: one current state, no lost task, every change journalled.

A hundred lives here, two thousand with `make soak`.
"""

import os
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.models import Count
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from firstbell.cases import actions
from firstbell.cases.models import Case, Entry, Move, Note, Task
from firstbell.cases.queries.casework import notes_of
from firstbell.cases.rules import NotAllowed
from firstbell.cases.rules.cases import CLOSINGS
from firstbell.cases.rules.entries import KINDS, OUTCOMES
from firstbell.cases.rules.tasks import TASKS
from firstbell.core.access import EVERYTHING
from firstbell.core.models import JournalLine, User
from tests.cases.conftest import TODAY

LIVES = int(os.environ.get("FIRSTBELL_SOAK", "100"))
SECRET = "confided, and for nobody else"
PUPIL, WHO = st.integers(0, 2), st.integers(0, 1)
AHEAD = st.integers(0, 5).map(lambda days: TODAY + timedelta(days))


class Life(RuleBasedStateMachine):
    """Three students at two schools, two people who do what they like; whatever is refused changes nothing."""

    pupils: list
    people: list
    schools: list

    def __init__(self) -> None:
        super().__init__()
        self.point = transaction.savepoint()
        self.sealed = 0

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.point)
        for pupil in self.pupils:
            pupil.refresh_from_db()

    def tries(self, act, **told) -> object:
        before = self.counted()
        try:
            with transaction.atomic():
                return act(**told)
        except NotAllowed:
            assert self.counted() == before, f"{act.__name__} was refused, and changed something"
        return None

    @staticmethod
    def counted() -> tuple[int, ...]:
        return tuple(model.objects.count() for model in (Case, Move, Task, Entry, Note, JournalLine))

    def any(self, model, place: int):
        rows = list(model.objects.order_by("pk"))
        return rows[place % len(rows)] if rows else None

    @rule(pupil=PUPIL, who=WHO, tier=st.sampled_from([None, 1, 2, 3]))
    def opens(self, pupil, who, tier):
        self.tries(actions.open_case, student=self.pupils[pupil], by=self.people[who], tier=tier)

    @rule(at=st.integers(0, 9), who=WHO, tier=st.integers(1, 3), version=st.sampled_from([None, 1, 2]))
    def sets_tier(self, at, who, tier, version):
        if case := self.any(Case, at):
            self.tries(actions.set_tier, case=case, tier=tier, why="Seen.", by=self.people[who], version=version)

    @rule(at=st.integers(0, 9), who=WHO, lead=st.sampled_from([None, 0, 1]))
    def names_adult(self, at, who, lead):
        if case := self.any(Case, at):
            named = None if lead is None else self.people[lead]
            self.tries(actions.name_adult, case=case, lead=named, by=self.people[who])

    @rule(
        at=st.integers(0, 9), who=WHO, closing=st.sampled_from(sorted(CLOSINGS)), why=st.sampled_from(["", "Said so."])
    )
    def closes(self, at, who, closing, why):
        if case := self.any(Case, at):
            self.tries(actions.close, case=case, closing=closing, why=why, by=self.people[who])

    @rule(at=st.integers(0, 9), who=WHO)
    def reopens(self, at, who):
        if case := self.any(Case, at):
            self.tries(actions.reopen, case=case, why="Again.", by=self.people[who])

    @rule(at=st.integers(0, 9), who=WHO, kind=st.sampled_from(sorted(TASKS)), due=AHEAD)
    def asks(self, at, who, kind, due):
        if case := self.any(Case, at):
            self.tries(actions.ask, case=case, kind=kind, due_on=due, by=self.people[who], text="Please.")

    @rule(
        pupil=PUPIL, who=WHO, kind=st.sampled_from(sorted(KINDS)), outcome=st.sampled_from(sorted(OUTCOMES)),
        then=st.one_of(st.none(), st.builds(actions.Next, st.sampled_from(sorted(TASKS)), AHEAD)),
    )  # fmt: skip
    def logs(self, pupil, who, kind, outcome, then):
        key = uuid4()
        told = {
            "student": self.pupils[pupil],
            "kind": kind,
            "outcome": outcome,
            "by": self.people[who],
            "next_step": then,
        }
        entry = self.tries(actions.log, key=key, **told)
        if entry is not None:
            before = self.counted()
            assert actions.log(key=key, **told) == entry
            assert self.counted() == before, "the same entry twice is one"

    @rule(at=st.integers(0, 30), who=WHO)
    def undoes(self, at, who):
        if entry := self.any(Entry, at):
            self.tries(actions.undo, entry=entry, by=self.people[who])

    @rule(at=st.integers(0, 30), who=WHO, doing=st.sampled_from(["finish", "drop", "snooze", "claim"]))
    def works(self, at, who, doing):
        told = {
            "finish": {"outcome": "Done."}, "drop": {"why": "Not needed."}, "claim": {},
            "snooze": {"until": TODAY + timedelta(2), "why": "Away."},
        }[doing]  # fmt: skip
        if task := self.any(Task, at):
            self.tries(getattr(actions, doing), task=task, by=self.people[who], **told)

    @rule(pupil=PUPIL, who=WHO, lock=st.sampled_from(["open", "sealed"]))
    def writes(self, pupil, who, lock):
        text = f"{SECRET} {self.sealed}" if lock == "sealed" else "Rides bus 7."
        if self.tries(actions.write_note, student=self.pupils[pupil], lock=lock, text=text, by=self.people[who]):
            self.sealed += lock == "sealed"

    @rule(pupil=PUPIL, to=st.integers(0, 1))
    def changes_school(self, pupil, to):
        who = self.pupils[pupil]
        who.school = self.schools[to]
        who.save(update_fields=["school"])
        actions.follow_students()

    @invariant()
    def there_is_one_open_case_and_it_is_where_the_student_is(self):
        rows = Case.objects.open()
        assert not rows.values("student").annotate(n=Count("pk")).filter(n__gt=1).exists()
        assert all(case.school_id == case.student.school_id for case in rows.select_related("student"))

    @invariant()
    def no_task_is_lost(self):
        said = {verb: JournalLine.objects.filter(verb=f"cases.{verb}").count() for verb in (
            "task_asked", "transferred", "task_done", "task_reopened",
        )}  # fmt: skip
        assert Task.objects.count() == said["task_asked"] + said["transferred"]
        assert Task.objects.filter(state="done").count() == said["task_done"] - said["task_reopened"]
        assert not Task.objects.filter(state="open", case__state="closed").exists()

    @invariant()
    def the_journal_says_every_change(self):
        said = dict(JournalLine.objects.values_list("verb").annotate(n=Count("pk")))
        moves = ("opened", "tier_set", "adult_named", "closed", "reopened", "transferred")
        assert Move.objects.count() == sum(said.get(f"cases.{verb}", 0) for verb in moves)
        assert Case.objects.count() == said.get("cases.opened", 0)
        assert Entry.objects.count() == said.get("cases.contact_logged", 0)
        assert Entry.objects.exclude(undone_at=None).count() == said.get("cases.contact_undone", 0)
        assert Note.objects.count() == said.get("cases.note_written", 0)

    @invariant()
    def nothing_sealed_is_outside_its_door(self):
        if not self.sealed:
            return
        assert not Note.objects.filter(text__contains=SECRET).exists()
        assert not JournalLine.objects.filter(detail__icontains=SECRET).exists()
        for one in Note.objects.filter(lock="sealed").select_related("student"):
            for reader in self.people:
                read = [note.text or "" for note in notes_of(one.student, reader, EVERYTHING)]
                mine = Note.objects.filter(student=one.student, lock="sealed", by=reader).count()
                assert sum(SECRET in text for text in read) == mine


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.django_db
def test_whatever_happens_to_a_case_it_stays_whole(district):
    district.arrives(TODAY)
    Life.pupils = [district.student(f"L-{n}") for n in range(3)]
    Life.schools = district.schools
    Life.people = [User.objects.create(username=name, first_name=name.title()) for name in ("rosa", "hugo")]
    quiet = settings(max_examples=LIVES, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Life, settings=quiet)
