"""Questions of schools: asked, taken by one named person, handed over, answered once, closed or withdrawn."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime

from firstbell.core import clock, journal
from firstbell.core.access import May
from firstbell.core.models import User
from firstbell.core.refusals import refusal
from firstbell.roster.models import School
from firstbell.staffing.queries import scope_of
from firstbell.training.models.questions import Area, Question
from firstbell.training.queries import questions as queries
from firstbell.training.rules.questions import (
    after,
    doubt,
    due_on,
    said,
    sooner,
)

TITLE, WHAT, ANSWER, WHY = 120, 2000, 4000, 300
LAWS = 5


@transaction.atomic
def ask(*, school: School, area: str, urgency: str, title: str, what: str, by: User, sure: bool = False) -> Question:
    """A school asks the Region; the urgency sets the day. `sure`: what looked like a student was looked at."""
    if not queries.reaches(scope_of(by, clock.today()), school.pk, May.ASK_REGION):
        raise refusal("Ask for a school at which you work. Choose one of the list.")
    if area not in Area.values or urgency not in Question.Urgency.values:
        raise refusal("Choose what it is about, and by when you need the answer.")
    title = said(title, TITLE, "Say in a line what you want to know.")
    what = said(what, WHAT, "Say what happened and what you need to know.")
    look_again((title, what), sure=sure)
    now = queries.now()
    made = Question.objects.create(
        school=school, area=area, urgency=urgency, title=title, what=what, due_on=due_on(now, urgency), at=now, by=by
    )
    journal.record("training.question_asked", by=by, about=made, school=school.pk, area=area, urgency=urgency)
    return made


@transaction.atomic
def take(*, question: Question, by: User, version: int | None = None) -> Question:
    """Say that one answers it. NotAllowed where somebody else was faster."""
    question = _current(question, version, by)
    _answers(question, by)
    state = _after(question, "take")
    return _moved(question, "taken", state, by=by, answerer=by, taken_at=queries.now())


@transaction.atomic
def hand_over(*, question: Question, to: User, by: User, version: int | None = None) -> Question:
    """Give a question to somebody else who answers this school, or to the first one. Its day stays."""
    question = _current(question, version, by)
    _answers(question, by)
    state = _after(question, "hand_over")
    if not queries.may_answer(to, question.school_id):
        raise refusal(f"{to} does not answer questions of {question.school}. Choose somebody of the list.")
    if to.pk == question.answerer_id:
        raise refusal(f"{to} has this question already.")
    return _moved(question, "handed_over", state, by=by, told={"to": to.pk}, answerer=to, taken_at=queries.now())


@transaction.atomic
def change_urgency(*, question: Question, urgency: str, why: str, by: User, version: int | None = None) -> Question:
    """The answerer sets another urgency, with a why that the school reads; the day moves with it."""
    question = _current(question, version, by)
    _answers(question, by)
    state = _after(question, "change_urgency")
    _has_it(question, by)
    if urgency not in Question.Urgency.values:
        raise refusal("Choose by when it is to be answered.")
    if urgency == question.urgency:
        raise refusal("That is its urgency already. Choose another one.")
    told = {"was": question.urgency, "now": urgency, "why": said(why, WHY, "Say why: the school reads it.")}
    due = sooner(question.due_on, localtime(question.at), queries.now(), urgency)
    return _moved(question, "urgency_changed", state, by=by, told=told, urgency=urgency, due_on=due)


@transaction.atomic
def answer(
    *, question: Question, text: str, by: User, law: Collection[str] = (), earlier: Collection[int] = (),
    share: bool = False, sure: bool = False, version: int | None = None,
) -> Question:  # fmt: skip
    """Answer once, with what it rests on; `share` lets every school read it, without whose it was."""
    question = _current(question, version, by)
    _answers(question, by)
    state = _after(question, "answer")
    if question.state == "taken":
        _has_it(question, by)
    text = said(text, ANSWER, "Write the answer.")
    words = (question.title, question.what, text) if share else (text,)
    look_again(words, queries.names_of(question) if share else (), sure=sure)
    now = queries.now()
    return _moved(
        question, "answered", state, by=by, told={"shared": share}, answerer=by, taken_at=question.taken_at or now,
        answer=text, sources=_sources(by, law, earlier), answered_at=now, shared=share,
    )  # fmt: skip


@transaction.atomic
def stop_sharing(*, question: Question, by: User, version: int | None = None) -> Question:
    """An answer that tells more than it should is for its own school alone again."""
    question = _current(question, version, by)
    _answers(question, by)
    if not question.shared:
        raise refusal("This answer is not shared.")
    return _moved(question, "no_longer_shared", question.state, by=by, shared=False)


@transaction.atomic
def close(*, question: Question, helped: bool, by: User, version: int | None = None) -> Question:
    """Whoever asked says whether the answer helped; then it is closed."""
    question = _current(question, version, by)
    _asked(question, by)
    return _moved(question, "closed", _after(question, "close"), by=by, told={"helped": helped}, helped=helped)


@transaction.atomic
def withdraw(*, question: Question, by: User, version: int | None = None) -> Question:
    """Whoever asked needs no answer any more, and nobody has begun one."""
    question = _current(question, version, by)
    _asked(question, by)
    if question.state == "taken":
        raise refusal(f"{question.answerer} is at it already. Tell them; their answer closes it.")
    return _moved(question, "withdrawn", _after(question, "withdraw"), by=by)


# -- what all of them ask ----------------------------------------------------------------------------------------------


def _current(question: Question, version: int | None, by: User) -> Question:
    """The question as it stands, locked. NotAllowed where it changed since `version`, saying who has it."""
    rows = Question.objects.select_for_update(of=("self",)).select_related("school", "answerer", "by")
    now = rows.get(pk=question.pk)
    if version is None or version == now.version:
        return now
    if now.state == "taken" and now.answerer_id != by.pk:
        raise refusal(f"{now.answerer} has this question since you opened the page. Look at it again.")
    if now.state == "closed" and not now.answer:
        raise refusal("The school has withdrawn this question since you opened the page. There is nothing more to do.")
    raise refusal("This question changed since you opened the page. Look at it again: what you wrote is still here.")


def _answers(question: Question, by: User) -> None:
    if not queries.may_answer(by, question.school_id):
        raise refusal(f"Questions of {question.school} are answered by the people of its region.")
    if question.by_id == by.pk:
        raise refusal("Nobody answers their own question. Somebody else of the Region takes it.")


def _has_it(question: Question, by: User) -> None:
    if question.answerer_id != by.pk:
        raise refusal(f"{question.answerer} has this question. Have it handed over to you first.")


def _asked(question: Question, by: User) -> None:
    if question.by_id != by.pk:
        raise refusal(f"{question.by} asked this, and says what becomes of it.")


def _after(question: Question, move: str) -> str:
    return after(question.state, move, withdrawn=question.state == "closed" and not question.answer)


def look_again(texts: Sequence[str], names: Iterable[str] = (), *, sure: bool) -> None:
    """NotAllowed where a text may say who somebody is, unless whoever writes it has looked."""
    if not sure and (why := doubt(texts, clock.today(), names)):
        raise refusal(f"{why} Take it out, or say that you have looked and it may stand.")


def _sources(by: User, law: Collection[str], earlier: Collection[int]) -> dict[str, list[Any]]:
    known = {section for section, _ in queries.law_choices(clock.today())}
    if unknown := [one for one in law if one not in known]:
        raise refusal(f"“{unknown[0][:40]}” is no section of the library. Choose one of the list.")
    told = list(dict.fromkeys(law))[:LAWS]
    rows = Question.objects.visible_to(scope_of(by, clock.today())).exclude(answer="")
    found = list(rows.filter(pk__in=list(earlier)).values_list("pk", flat=True))
    if len(found) != len(set(earlier)):
        raise refusal("One of the earlier answers is not there for you to lean on. Choose from the list.")
    return {"law": told, "earlier": sorted(found)}


def _moved(
    question: Question, what: str, state: str, *, by: User, told: dict[str, Any] | None = None, **fields: Any
) -> Question:
    """The question in its next state and version, with the journal's line."""
    for name, value in fields.items():
        setattr(question, name, value)
    question.state, question.version = state, question.version + 1
    question.save(update_fields=["state", "version", *fields])
    journal.record(f"training.question_{what}", by=by, about=question, school=question.school_id, **(told or {}))
    return question
