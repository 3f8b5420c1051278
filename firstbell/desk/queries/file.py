"""The student file: who they are, how they stand, where they were enrolled, whom to reach, what happened."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.timezone import localtime

from firstbell.attendance.models import Sign, Standing
from firstbell.core.access import Scope
from firstbell.core.templatetags.ui import grade, percent, plural_s, short_day
from firstbell.desk.queries.days import Read
from firstbell.desk.words import band_text, rings
from firstbell.roster.models import Enrolment, FamilyLink, Phone, Program, Student


def student(scope: Scope, pk: int) -> Student:
    """The student with school and standing. Http404 where there is none in scope."""
    return get_object_or_404(Student.objects.visible_to(scope).select_related("school", "standing"), pk=pk)


def standing_of(who: Student) -> Standing | None:
    return getattr(who, "standing", None)


def age(born_on: date | None, on: date) -> int | None:
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day)) if born_on else None


def identity(who: Student, on: date) -> list[tuple[str, str]]:
    """The facts of the identity bar."""
    born = f"{who.born_on.day} {who.born_on:%b %Y}, age {age(who.born_on, on)}" if who.born_on else ""
    return [
        ("Student number", who.key),
        ("Grade", grade(who.grade).removeprefix("Grade ")),
        ("School", str(who.school or "")),
        ("Home language", who.language or ""),
        ("Born", born),
    ]


def figures(standing: Standing, why: str) -> list[dict[str, str]]:
    """The four figures of a student, each with the page that opens it."""
    absent, enrolled = standing.absent, standing.enrolled
    told = [
        ("absent", str(absent), f"of {plural_s(enrolled, 'day')}", f"absent, any reason · {percent(absent, enrolled)}"),
        ("occasions", str(standing.occasions), plural_s(standing.occasions, "occasion").split("\u00a0")[1],
         "truancy, this school year"),
        ("rate", percent(enrolled - absent, enrolled), "this year",
         f"{20 - standing.last20} of the last 20 days attended" if enrolled >= 20 else "attended"),
        ("left", str(max(0, standing.can_miss)), "days left" if standing.can_miss != 1 else "day left", "before 10 %"),
    ]  # fmt: skip
    return [
        {"value": value, "unit": unit, "note": note, "why": f"{why}?figure={key}"} for key, value, unit, note in told
    ]


def enrolments(who: Student, scope: Scope) -> list[Enrolment]:
    """Newest first."""
    rows = Enrolment.objects.visible_to(scope).filter(student=who, live=True).select_related("school", "calendar")
    return list(rows.order_by("-entry_on", "-pk"))


@dataclass(frozen=True)
class Reach:
    """One contact of the student, with what each phone is worth."""

    link: FamilyLink
    words: str
    phones: list[tuple[str, str, bool, bool | None]]
    """(number as written, kind, whether it can ring, whether texts are allowed)."""


def contacts(who: Student, scope: Scope) -> list[Reach]:
    """Those the file says are still contacts, in the order to try them."""
    links = FamilyLink.objects.visible_to(scope).filter(student=who, live=True, contact__live=True)
    links = links.select_related("contact").prefetch_related("contact__phones")
    ordered = sorted(links, key=lambda one: (one.priority is None, one.priority or 0, not one.primary, one.pk))
    return [_reach(link) for link in ordered]


def _reach(link: FamilyLink) -> Reach:
    flags = (
        (link.rights_holder, "holds education rights"),
        (link.lives_with, "lives with the student"),
        (link.emergency, "emergency"),
    )
    words = [link.relation or "contact", link.contact.language or "", *(text for flag, text in flags if flag)]
    live = [phone for phone in link.contact.phones.all() if phone.live]
    return Reach(link, " · ".join(filter(None, words)), [(*_rung(p), p.text_ok) for p in live])


def _rung(phone: Phone) -> tuple[str, str, bool]:
    number, can_ring = rings(phone)
    return number, phone.kind, can_ring


@dataclass(frozen=True)
class Sibling:
    """A child of the same home; outside the reader's scope only school and grade are told."""

    pk: int | None
    name: str
    words: str
    band: str = "none"
    band_text: str = ""


def household(who: Student, reached: Sequence[Reach], scope: Scope) -> list[Sibling]:
    """The other children who live with a contact this student lives with."""
    homes = [one.link.contact_id for one in reached if one.link.lives_with]
    shared = FamilyLink.objects.filter(contact__in=homes, lives_with=True, live=True, student__live=True)
    ids = set(shared.exclude(student=who).values_list("student", flat=True))
    known = (
        Student.objects.visible_to(scope).filter(pk__in=ids).select_related("school", "standing").order_by("born_on")
    )
    seen = [_sibling(one) for one in known]
    hidden = ids - {one.pk for one in seen}
    told = Student.objects.filter(pk__in=hidden).order_by("pk").values_list("school__name", "grade") if hidden else ()
    elsewhere = [f"A sibling at {school}, {grade(code)}" if code else f"A sibling at {school}" for school, code in told]
    return seen + [Sibling(None, "", words) for words in elsewhere]


def _sibling(one: Student) -> Sibling:
    standing = standing_of(one)
    words = ", ".join(filter(None, (grade(one.grade), str(one.school or ""))))
    return Sibling(one.pk, one.name, words, standing.national_band if standing else "none", band_text(standing))


def programs(who: Student) -> list[Program]:
    return list(who.programs.filter(live=True).order_by("-begins_on"))


def timeline(
    signs: Iterable[Sign], stays: Iterable[Enrolment], runs: Iterable[list[date]], stated: Iterable[Read]
) -> list[dict[str, Any]]:
    """Signs, entries and exits, runs of absence and corrections in the shape `<c-timeline>` takes, newest first."""
    items = [{"on": sign.on, "tone": "severe", "title": sign.sentence, "text": sign.section} for sign in signs]
    for stay in stays:
        items.append({"on": stay.entry_on, "title": f"Enrolled at {stay.school}", "text": grade(stay.grade)})
        if stay.exit_on:
            items.append(
                {"on": stay.exit_on, "title": f"Left {stay.school}", "text": _code("exit code", stay.exit_code)}
            )
    items += [_run(run) for run in runs]
    items += [_correction(one) for one in stated if one.withdrawn]
    return sorted(items, key=lambda item: item["on"], reverse=True)


def _code(words: str, code: str | None) -> str:
    return f"{words} {code}" if code else ""


def _run(run: list[date]) -> dict[str, Any]:
    return {
        "on": run[-1],
        "tone": "moderate",
        "title": f"Absent {len(run)} school days in a row",
        "text": f"{short_day(run[0])} to {short_day(run[-1])}",
    }


def _correction(one: Read) -> dict[str, Any]:
    return {
        "on": localtime(one.withdrawn.known_at).date(),
        "tone": "info",
        "title": f"{short_day(one.mark.day)} corrected",
        "text": f"no longer {one.mark.code}",
        "by": one.withdrawn.label,
    }
