"""The student file: who they are, how they stand, where they were enrolled, whom to reach, what happened."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404
from django.utils.timezone import localtime

from firstbell.attendance.models import Sign, Standing
from firstbell.attendance.queries import Statement, WhyDay, Year
from firstbell.attendance.queries import stays as stays_of
from firstbell.core.access import Scope
from firstbell.core.templatetags.ui import grade, percent, plural_s, short_day
from firstbell.desk.words import band_text, language, missed, place_name, program
from firstbell.law.calendar import SchoolYear
from firstbell.law.policy import Policy
from firstbell.roster.models import Enrolment, FamilyLink, Phone, Program, Student
from firstbell.roster.queries import children_with, rings


def student(scope: Scope, pk: int) -> Student:
    """The student with school and standing. Http404 where there is none in scope."""
    return get_object_or_404(Student.objects.visible_to(scope).select_related("school", "standing"), pk=pk)


def standing_of(who: Student) -> Standing | None:
    return getattr(who, "standing", None)


def age(born_on: date | None, on: date) -> int | None:
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day)) if born_on else None


def identity(who: Student, stays: Sequence[Enrolment], on: date) -> list[tuple[str, str]]:
    """The facts of the identity bar."""
    born = f"{who.born_on.day} {who.born_on:%b %Y}, age {age(who.born_on, on)}" if who.born_on else ""
    return [
        ("Student number", who.key),
        ("Grade", grade(who.grade).removeprefix("Grade ")),
        ("School", _school(who, stays)),
        ("Home language", language(who.language)),
        ("Born", born),
    ]


def _school(who: Student, stays: Sequence[Enrolment]) -> str:
    """`Maple Middle since 6 Jan, before: Oak Elementary`; where the school never changed, only the school."""
    here = next((stay for stay in stays if stay.school_id == who.school_id), None)
    before = next((stay for stay in stays if here and stay.entry_on < here.entry_on), None)
    if here is None or before is None or before.school_id == here.school_id:
        return place_name(who.school)
    return f"{place_name(who.school)} since {short_day(here.entry_on)}, before: {place_name(before.school)}"


def figures(standing: Standing, why: str, policy: Policy) -> list[dict[str, str]]:
    """The four figures of a student, each with the page that opens it."""
    absent, enrolled = standing.absent, standing.enrolled
    occasions = plural_s(standing.occasions, "occasion").partition("\u00a0")[2]
    latest = f"{20 - standing.last20} of the last 20 days attended" if enrolled >= 20 else "attended"
    left = max(0, standing.can_miss)
    told = [
        ("absent", str(absent), f"of {plural_s(enrolled, 'day')}", f"absent, any reason · {missed(absent, enrolled)}"),
        ("occasions", str(standing.occasions), occasions, "truancy, this school year"),
        ("rate", percent(enrolled - absent, enrolled), "this year", latest),
        ("left", str(left), "day left" if left == 1 else "days left", f"before {policy.chronic.percent}\u00a0%"),
    ]
    return [
        {"value": value, "unit": unit, "note": note, "why": f"{why}?figure={key}"} for key, value, unit, note in told
    ]


def enrolments(who: Student) -> list[Enrolment]:
    """Every stay at any school, newest first, for whom no day is served."""
    return stays_of(who.pk, None)


def corrected(year: Year | None) -> list[str]:
    """What the newest data took back, a sentence each day: `Fri 3 Apr is no longer U Unexcused.`"""
    days = year.days if year else ()
    return [
        f"{day.on:%a} {short_day(day.on)} is no longer {gone.code}."
        for day in days
        for gone in day.statements
        if year and gone.withdrawn == year.arrival.known_at
    ]


@dataclass(frozen=True)
class Reach:
    """One contact of the student, with what each phone is worth."""

    link: FamilyLink
    words: str
    phones: list[dict[str, Any]]
    """number as written, kind, can_ring, text_ok, private."""


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
    relation = (link.relation or "contact").lower()
    words = [relation, language(link.contact.language), *(text for flag, text in flags if flag)]
    live = [phone for phone in link.contact.phones.all() if phone.live]
    return Reach(link, " · ".join(filter(None, words)), [_phone(phone) for phone in live])


def _phone(phone: Phone) -> dict[str, Any]:
    number, can_ring = rings(phone)
    return {
        "number": number, "kind": phone.kind, "can_ring": can_ring, "text_ok": phone.text_ok, "private": phone.private,
    }  # fmt: skip


@dataclass(frozen=True)
class Sibling:
    """A child of the same home; outside the reader's scope only school and grade are told, and `pk` is None."""

    key: int
    pk: int | None
    name: str
    words: str
    band: str = "none"
    band_text: str = ""


def household(who: Student, reached: Sequence[Reach], scope: Scope) -> list[Sibling]:
    """The other children who live with a contact this student lives with. Two queries."""
    homes = [one.link.contact_id for one in reached if one.link.lives_with and not one.link.restrictions]
    shared = {child for children in children_with(homes).values() for child in children} - {who.pk}
    mine = Student.objects.visible_to(scope).filter(pk=OuterRef("pk"))
    rows = Student.objects.filter(pk__in=shared).annotate(mine=Exists(mine))
    found = rows.select_related("school", "standing").order_by("-mine", "born_on", "pk")
    return [_sibling(one) if one.mine else _hidden(one) for one in found]


def _hidden(one: Student) -> Sibling:
    at = f"A sibling at {one.school}" if one.school else "A sibling at no school of the district"
    return Sibling(one.pk, None, "", ", ".join(filter(None, (at, grade(one.grade)))))


def _sibling(one: Student) -> Sibling:
    standing = standing_of(one)
    words = ", ".join(filter(None, (grade(one.grade), place_name(one.school))))
    return Sibling(one.pk, one.pk, one.name, words, standing.national_band if standing else "none", band_text(standing))


def programs(who: Student) -> list[tuple[str, Program]]:
    """(words, program), newest first."""
    return [(program(one.program), one) for one in who.programs.filter(live=True).order_by("-begins_on", "program")]


def timeline(
    signs: Iterable[Sign], stays: Sequence[Enrolment], runs: Iterable[list[date]], days: Iterable[WhyDay]
) -> list[dict[str, Any]]:
    """Signs, entries and exits, runs of absence and corrections in the shape `<c-timeline>` takes, newest first."""
    items = [{"on": sign.on, "tone": "severe", "title": sign.sentence, "law": sign.section} for sign in signs]
    for stay in stays:
        year = {"detail": "" if stay.year == stays[0].year else f"school year {SchoolYear(stay.year)}"}
        entry = {"on": stay.entry_on, "title": f"Enrolled at {stay.school}", "text": grade(stay.grade)}
        items.append(entry | year)
        if stay.exit_on:
            code = f"exit code {stay.exit_code}" if stay.exit_code else ""
            items.append({"on": stay.exit_on, "title": f"Left {stay.school}", "text": code} | year)
    items += [_run(run) for run in runs]
    items += [_correction(day.on, gone) for day in days for gone in day.statements if gone.withdrawn]
    return sorted(items, key=lambda item: item["on"], reverse=True)


def _run(run: list[date]) -> dict[str, Any]:
    return {
        "on": run[-1],
        "tone": "moderate",
        "title": f"Absent {len(run)} school days in a row",
        "text": f"{short_day(run[0])} to {short_day(run[-1])}",
    }


def _correction(on: date, gone: Statement) -> dict[str, Any]:
    return {
        "on": localtime(gone.withdrawn).date(),
        "tone": "info",
        "title": f"{short_day(on)} corrected",
        "text": f"no longer {gone.code}",
        "by": gone.withdrawn_by,
    }
