"""What the work list of lost students must hold of each, as far as the district's data hold it."""

from datetime import date, timedelta

from django.db.models import Q

from firstbell.cases.models import Entry
from firstbell.cases.models import Step as Taken
from firstbell.core.templatetags.ui import day, grade, language, plural_s, short_day
from firstbell.law.compulsory import birthday
from firstbell.law.exits import CODES
from firstbell.recovery.models import Search
from firstbell.recovery.queries.known import last_reached
from firstbell.recovery.rules import Known
from firstbell.roster.models import FamilyLink, Phone, Program

_BEFORE = timedelta(days=60)
"""How far before the student was missed a barrier may have been named."""


def held(search: Search, known: Known, today: date) -> list[tuple[str, str]]:
    """What §9.3 of the rules asks of the work list, as far as the district's data hold it."""
    student = search.student
    reached = last_reached([search]).get(search.pk)
    reports = Taken.objects.counted().filter(student=student, kind="report").order_by("number").last()
    return [
        ("Last seen", day(search.last_seen_on) if search.last_seen_on else "never this year"),
        ("Days since", plural_s(search.unseen, "school day")),
        ("Without a word", plural_s(search.unexcused, "day")),
        ("Last reached", day(reached) if reached else "nobody yet"),
        ("Student number", student.key),
        ("Grade", grade(student.grade)),
        ("Born", _born(student.born_on, today)),
        ("Home language", language(student.language) or "not on file"),
        *_family(search),
        ("Programs", ", ".join(_programs(search, today)) or "none"),
        ("Credits short", str(search.credits_short) if search.credits_short else "not known"),
        ("Exit on file", _exit(search)),
        ("State's data", _state(known)),
        ("Truancy reports", f"{reports.number}, last on {short_day(reports.on)}" if reports else "none"),
        ("In the way", _barriers(search)),
        ("Census Day", _census(search, today)),
    ]


def _born(born_on: date | None, today: date) -> str:
    if born_on is None:
        return "not on file"
    adult = birthday(born_on, 18)
    age = today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))
    left = (adult - today).days
    soon = f", 18 on {adult:%-d %b %Y}, in {plural_s(left, 'day')}" if left > 0 else ""
    return f"{born_on:%-d %b %Y}, age {age}{soon}"


def _family(search: Search) -> list[tuple[str, str]]:
    rows = FamilyLink.objects.filter(student=search.student_id, live=True, contact__live=True)
    links = list(rows.select_related("contact").order_by("priority", "pk"))
    texts = Phone.objects.filter(contact__in=[link.contact_id for link in links], live=True, text_ok=True).exists()
    return [
        ("Rights holder", ", ".join(str(link.contact) for link in links if link.rights_holder) or "not on file"),
        ("Texts allowed", "yes, to a number on file" if texts else "not on file"),
    ]


def _programs(search: Search, today: date) -> list[str]:
    rows = Program.objects.filter(student=search.student_id, live=True, begins_on__lte=today)
    return sorted({one.program for one in rows.filter(Q(ends_on=None) | Q(ends_on__gte=today))})


def _exit(search: Search) -> str:
    if search.exit_on is None:
        return "enrolled" if search.kind != "expected" else "not enrolled this year"
    words = CODES.get(search.exit_code, "no code we know" if search.exit_code else "no code")
    return f"{search.exit_code} {words}, {search.exit_on:%-d %b %Y}".strip()


def _state(known: Known) -> str:
    checks = [one for one in known.done if one.kind == "state"]
    return f"{day(checks[-1].on)}: {checks[-1].outcome.lower()}" if checks else "not yet"


def _barriers(search: Search) -> str:
    rows = Entry.objects.standing().filter(
        student=search.student_id, on__gte=search.since - _BEFORE
    ).exclude(barriers=[])  # fmt: skip
    return ", ".join(dict.fromkeys(row.barrier_words for row in rows.order_by("-on")[:5])) or "nobody has said"


def _census(search: Search, today: date) -> str:
    if search.census_on is None:
        return "past"
    return f"{search.census_on:%-d %b %Y}, in {plural_s((search.census_on - today).days, 'day')}"
