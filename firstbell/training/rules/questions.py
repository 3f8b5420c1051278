"""When a question is to be answered, how its clock is spoken, where it may go, and what must never stand in it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from firstbell.core.refusals import NotAllowed, refusal
from firstbell.law.findings import spoken

DAY = timedelta(1)
LATEST = time(15)
"""What is asked for today after this hour is for the next working day."""
WORKING_DAYS = {"today": 0, "week": 5, "month": 20}
TOO_FEW = 11
"""Below as many nothing is said of how the clock is kept."""

MOVES = {
    ("open", "take"): "taken",
    ("open", "hand_over"): "taken",
    ("taken", "hand_over"): "taken",
    ("open", "answer"): "answered",
    ("taken", "answer"): "answered",
    ("answered", "close"): "closed",
    ("open", "withdraw"): "closed",
    ("taken", "change_urgency"): "taken",
}
WAITING = ("open", "taken")


def after(state: str, move: str, *, withdrawn: bool = False) -> str:
    """The state after a move. NotAllowed where a question in this state has no such move."""
    try:
        return MOVES[state, move]
    except KeyError:
        raise _no(state, withdrawn=withdrawn) from None


def _no(state: str, *, withdrawn: bool) -> NotAllowed:
    if withdrawn:
        return refusal("The school has withdrawn this question. There is nothing more to do.")
    return refusal({
        "open": "Nobody has this question yet. Take it first.",
        "taken": "Somebody has this question already. Ask them, or have it handed over.",
        "answered": "This question is answered, and the answer stands.",
        "closed": "This question is closed. Ask another where something is still open.",
    }[state])  # fmt: skip


def works(day: date) -> bool:
    return day.weekday() < 5


def due_on(asked: datetime, urgency: str) -> date:
    """The last day to answer on. Today is the same day, or the next working day at the weekend and after LATEST."""
    day, left = asked.date(), WORKING_DAYS[urgency]
    if not left and (not works(day) or asked.time() > LATEST):
        left = 1
    while left:
        day += DAY
        left -= works(day)
    return day


def working_days(first: date, last: date) -> int:
    """Working days after the first day, until the last one."""
    weeks, rest = divmod(max((last - first).days, 0), 7)
    return weeks * 5 + sum(works(first + DAY * n) for n in range(1, rest + 1))


@dataclass(frozen=True, slots=True)
class Clock:
    """Where a question stands against its day: `part` of the board, in words, and the tone of its chip."""

    part: str
    words: str
    tone: str


def clock(state: str, due_on: date, today: date) -> Clock:
    if state not in WAITING:
        return Clock("done", "Answered" if state == "answered" else "Closed", "plain")
    days = (due_on - today).days
    if days < 0:
        return Clock("late", f"Late by {-days} day{'' if days == -1 else 's'}", "severe")
    if days == 0:
        return Clock("today", "Due today", "risk")
    if due_on <= end_of_week(today):
        return Clock("week", "Due tomorrow" if days == 1 else f"Due on {due_on:%A}", "info")
    return Clock("later", f"Due on {spoken(due_on)}", "plain")


def end_of_week(day: date) -> date:
    """The Sunday of a day's week."""
    return day + DAY * (6 - day.weekday())


def sooner(old: date, asked: datetime, now: datetime, urgency: str) -> date:
    """The day after a change of urgency: never later than it was for something more urgent.

    Something less urgent counts from when it was asked: what is late by that, too, stays late.
    """
    later = due_on(asked, urgency)
    return later if later >= old else min(old, due_on(now, urgency))


# -- what must not be written ------------------------------------------------------------------------------------------

_GAP = "[-\u2010-\u2015\u2212. \u00a0\u202f_/]"
_SSN = re.compile(rf"(?<!\d)(?:\d{{3}}{_GAP}{{1,3}}\d{{2}}{_GAP}{{1,3}}\d{{4}}|\d{{9}})(?!\d)")
_RUN = re.compile(r"\d{7,}|\b\d{6}[A-Za-z]\d{3}\b")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATES = [
    re.compile(r"\b\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})\b"),
    re.compile(r"\b(\d{4})[-/.]\d{1,2}[-/.]\d{1,2}\b"),
    re.compile(rf"\b\d{{1,2}}(?:st|nd|rd|th)?\.? (?:of )?{_MONTH}\.?,? (\d{{4}})\b", re.IGNORECASE),
    re.compile(rf"\b{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?,? (\d{{4}})\b", re.IGNORECASE),
]
YOUNGEST = 3
"""A day at least so many years back may be a student's birthday; later ones are days of letters and meetings."""


def said(text: str, most: int, missing: str) -> str:
    """The words without what stands around them. NotAllowed for none, too many, or a number that is kept nowhere."""
    text = text.strip()
    if not text:
        raise refusal(missing)
    if len(text) > most:
        raise refusal(f"That is {len(text):,} characters; there is room for {most:,}. Say it shorter.")
    if _SSN.search(text):
        raise refusal(
            "There is a number that looks like a Social Security number. It is not kept here: take it out, and any"
            " other number of a student."
        )
    return text


def looks_like_a_student(text: str, today: date) -> str:
    """A warning, in words, where a text may say who a student is; empty where nothing of the kind is seen.

    Words about a status (foster, unhoused, newcomer) are what questions are about, and never warned of.
    """
    if any(_may_be_birthday(year, today) for at in _DATES for year in at.findall(text)):
        return "There is a whole date that may be a birthday. Say the age or the grade instead."
    if _RUN.search(text):
        return "There is a long number that may be a student's. Ask without it: the rule is the same for each student."
    return ""


def _may_be_birthday(year: str, today: date) -> bool:
    told = int(year)
    if len(year) == 2:
        told += 2000 if told <= today.year % 100 else 1900
    return today.year - 100 <= told <= today.year - YOUNGEST


def doubt(texts: Sequence[str], today: date, names: Iterable[str] = ()) -> str:
    """Why somebody should look again before this is read by others; empty where nothing speaks against it."""
    told = "\n".join(texts)
    if found := next((one for one in names if one and _word(one).search(told)), ""):
        return f"“{found}” stands in what every school would read, and says whose question it was."
    return looks_like_a_student(told, today)


def _word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
