"""The board: its columns with the first of each, one column as a long list, and what Today says of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.urls import reverse

from firstbell.core import clock
from firstbell.core.access import May, Scope
from firstbell.core.templatetags.ui import day, grade, plural_s, short_day
from firstbell.law.policy import policy_on
from firstbell.recovery.models import Search, Unseen
from firstbell.recovery.queries.known import last_reached
from firstbell.recovery.rules import LANES, OPEN, STEPS, lane_words
from firstbell.roster.models import School, Student

SHOWN = 6
"""Students of each column on the board; the rest stand on the column's own list."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the board is narrowed by; each empty for all. `owner` is a user, or "none" for nobody's."""

    school: str = ""
    region: str = ""
    grade: str = ""
    kind: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One student on the board. `search` is None for one unseen too shortly for a search."""

    student: Student
    school: str
    search: Search | None
    days: int
    words: str
    chips: tuple[tuple[str, str], ...]
    next: str
    late: bool


@dataclass(frozen=True, slots=True)
class Lane:
    key: str
    title: str
    count: int
    rows: list[Row]


def searches(scope: Scope, asked: Asked) -> QuerySet[Search]:
    """The open searches in scope that fit; a school or a person that is none finds nobody."""
    rows = _within(Search.objects.visible_to(scope).open(), asked)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.owner == "none":
        return rows.filter(owner=None)
    return rows.filter(owner=number(asked.owner)) if asked.owner else rows


def unseen(scope: Scope, asked: Asked) -> QuerySet[Unseen]:
    """Those of last night for whom nobody searches; none where the list is narrowed by what only a search has."""
    rows = _within(Unseen.objects.visible_to(scope), asked)
    if asked.owner not in ("", "none"):
        return rows.none()
    if asked.kind:
        rows = rows.filter(last_seen_on__isnull=asked.kind == "no_show") if asked.kind in ("no_show", "unseen") \
            else rows.none()  # fmt: skip
    return rows.order_by("-days", "student")


def _within(rows: Any, asked: Asked) -> Any:
    if asked.school:
        rows = rows.filter(school=number(asked.school))
    if asked.region:
        rows = rows.filter(school__region=number(asked.region))
    return rows.filter(grade=asked.grade) if asked.grade else rows


def number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


def board(scope: Scope, asked: Asked) -> list[Lane]:
    """Every column with the first in its line. The counts are live, the order is last night's."""
    found, early = searches(scope, asked), unseen(scope, asked)
    many = dict(found.order_by().values_list("lane").annotate(n=Count("*")))
    many["few"] = many.get("few", 0) + early.count()
    firsts = {lane: list(_shown(found.filter(lane=lane))[:SHOWN]) if many.get(lane) else [] for lane in LANES}
    rest = list(early.select_related("student", "school")[: max(SHOWN - len(firsts["few"]), 0)])
    rows = _rows([one for lane in firsts.values() for one in lane])
    titles = lane_words(policy_on(clock.today()))
    return [
        Lane(lane, titles[lane], many.get(lane, 0),
             [rows[one.pk] for one in firsts[lane]] + ([_early(one) for one in rest] if lane == "few" else []))
        for lane in LANES
    ]  # fmt: skip


def _shown(rows: QuerySet[Search]) -> QuerySet[Search]:
    return rows.in_line().select_related("student", "school", "owner")


class Listed:
    """One column as a list for a paginator: its searches in line, then those unseen too shortly for one."""

    def __init__(self, scope: Scope, asked: Asked, lane: str) -> None:
        self.searches = _shown(searches(scope, asked).filter(lane=lane))
        self.early = (
            unseen(scope, asked).select_related("student", "school") if lane == "few" else Unseen.objects.none()
        )
        self.size = self.searches.count()

    def count(self) -> int:
        return self.size + self.early.count()

    def __getitem__(self, page: slice) -> list[Row]:
        found = list(self.searches[page.start : page.stop])
        rows = _rows(found)
        after = slice(max(page.start - self.size, 0), max(page.stop - self.size, 0))
        return [rows[one.pk] for one in found] + [_early(one) for one in self.early[after]]


def listed(scope: Scope, asked: Asked, lane: str) -> Listed:
    return Listed(scope, asked, lane)


def closed(scope: Scope, asked: Asked) -> QuerySet[Search]:
    """Whoever left the board, newest first."""
    rows = _within(Search.objects.visible_to(scope).exclude(state__in=OPEN), asked)
    return rows.select_related("student", "school", "proof", "closed_by").order_by("-closed_on", "-pk")


def _rows(found: Sequence[Search]) -> dict[int, Row]:
    today, reached = clock.today(), last_reached(found) if found else {}
    return {one.pk: _row(one, reached.get(one.pk), today) for one in found}


def _row(one: Search, reached: date | None, today: date) -> Row:
    chips = []
    if one.state != "located":
        chips.append(
            ("severe", "first in line") if one.first and reached is None else ("plain", _reached(reached, today))
        )
    if one.kind in ("no_show", "expected"):
        chips.append(("moderate", one.get_kind_display().lower()))
    if one.exit_on:
        chips.append(("plain", f"{one.exit_code or 'no code'}, {short_day(one.exit_on)}"))
    if one.adult_on and (one.adult_on - today).days <= 365:
        chips.append(("moderate", f"18 in {plural_s((one.adult_on - today).days, 'day')}"))
    return Row(
        one.student, place_name(one.school), one, one.unseen, line_of(one, today), tuple(chips), _next(one, today),
        one.due_on is not None and one.due_on < today,
    )  # fmt: skip


def _reached(reached: date | None, today: date) -> str:
    if reached is None:
        return "nobody reached yet"
    return "reached today" if reached >= today else f"reached {plural_s((today - reached).days, 'day')} ago"


def line_of(one: Search, today: date) -> str:
    """`Last seen Mon 4 May, 6 school days ago`; of a located student, where."""
    if one.state == "located":
        return one.located_where
    if one.last_seen_on is None:
        return f"Never seen, missed for {plural_s(one.unseen, 'school day')}"
    when = day(one.last_seen_on) if (today - one.last_seen_on).days < 200 else f"{one.last_seen_on:%-d %b %Y}"
    return f"Last seen {when}, {plural_s(one.unseen, 'school day')} ago"


def _next(one: Search, today: date) -> str:
    what = STEPS[one.next_step].label if one.next_step else "Way back or proof" if one.state == "located" else "Decide"
    due = "" if one.due_on is None else f", was due {short_day(one.due_on)}" if one.due_on < today else \
        ", today" if one.due_on == today else f", by {short_day(one.due_on)}"  # fmt: skip
    return f"{what}{due}"


def _early(one: Unseen) -> Row:
    seen = f"Last seen {day(one.last_seen_on)}" if one.last_seen_on else "Never seen this year"
    words = f"{seen}; no word for {plural_s(one.days, 'school day')}"
    return Row(one.student, place_name(one.school), None, one.days, words, (), "", False)


def place_name(school: object) -> str:
    return str(school or "").removesuffix(" School")


def choices(scope: Scope) -> dict[str, list[tuple[str, str]]]:
    """What the board can be narrowed by: (value, words) by filter."""
    grades = [*("TK", "KN"), *(f"{n:02}" for n in range(1, 13))]
    found = {
        "grade": [(code, grade(code)) for code in grades],
        "kind": [(key, str(words)) for key, words in Search._meta.get_field("kind").choices],
    }
    if not scope.everywhere and 1 < len(scope.schools) <= 60:
        rows = School.objects.visible_to(scope).filter(live=True).order_by("name").values_list("pk", "name")
        found["school"] = [(str(pk), place_name(name)) for pk, name in rows]
    return found


@dataclass(frozen=True, slots=True)
class Waiting:
    """What Today says of the board: how many are unseen longest, and what of one's own is due."""

    many: int
    several: int
    left: int
    located: int
    mine: int
    url: str

    def __bool__(self) -> bool:
        return bool(self.many or self.several or self.left or self.located or self.mine)


def waiting(scope: Scope, user: int = 0, **asked: str) -> Waiting | None:
    """Of everybody in scope, or of one school or region; None for who may not see the board.

    One query over the index of the board, and one over one's own searches.
    """
    if May.SEE_RECOVERY not in scope:
        return None
    rows = searches(scope, Asked(**asked)).exclude(lane="few").order_by()
    many = dict(rows.values_list("lane").annotate(n=Count("*")))
    due = Search.objects.visible_to(scope).open().filter(owner=user, due_on__lte=clock.today())
    return Waiting(
        **{lane: many.get(lane, 0) for lane in ("many", "several", "left", "located")},
        mine=due.count() if user else 0,
        url=f"{reverse('recovery:board')}?{urlencode(asked)}".removesuffix("?"),
    )
