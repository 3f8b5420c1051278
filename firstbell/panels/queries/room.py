"""What the room knows: who is there and who is expected, whether enough sit, whether the family was told in time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from firstbell.cases.models import Entry
from firstbell.cases.queries import lines_to
from firstbell.cases.queries.casework import Line, lines_of
from firstbell.cases.queries.meetings import clock_of
from firstbell.cases.rules.entries import KINDS as CONTACTS
from firstbell.core import clock
from firstbell.core.access import Scope
from firstbell.law.findings import Finding
from firstbell.letters.wording import LANGUAGES
from firstbell.notices.rules import language_of
from firstbell.panels.kinds import ALL_SEATS, KINDS, Kind, Part
from firstbell.panels.models import Day, Hearing, Member, Panel, Present
from firstbell.panels.rules.hearings import quorum
from firstbell.panels.rules.room import beside
from firstbell.roster.models import FamilyLink, Student

HOME_PARTIES = {"family": "Family", "student": "Student", "school": "School", "agency": "Agency"} | {
    "interpreter": "Interpreter"
}
"""Who comes besides the members of the panel."""


def runnable(scope: Scope) -> QuerySet[Hearing]:
    """The hearings in scope of the panels that this person runs."""
    rows = Hearing.objects.visible_to(scope).filter(panel__in=Panel.objects.run_by(scope).values("pk"))
    return rows.select_related("panel", "school", "day")


def days_run(scope: Scope) -> QuerySet[Day]:
    """The hearing days of the panels that this person runs."""
    return Day.objects.visible_to(scope).filter(panel__in=Panel.objects.run_by(scope).values("pk"))


def docket_of(day: Day, scope: Scope) -> list[Hearing]:
    """A day's hearings that this person runs, by room and time; those called off are left out."""
    rows = runnable(scope).filter(day=day).exclude(state__in=("waiting", "called_off"))
    return list(rows.prefetch_related("referrals__student").order_by("room", "span", "pk"))


def up_now(hearings: Sequence[Hearing]) -> Hearing | None:
    """The one that is running, else the first that is still to come."""
    running = (one for one in hearings if one.state == "running")
    return next(running, None) or next((one for one in hearings if one.state == "set"), None)


def students_of(hearing: Hearing) -> list[Student]:
    """The children of a hearing whose referral was not withdrawn."""
    rows = hearing.referrals.exclude(state="withdrawn").select_related("student__school", "student__standing")
    return [one.student for one in rows.order_by("student__born_on", "pk")]


def here(hearing: Hearing) -> list[Present]:
    """Who is in the room, in the order in which they came."""
    return list(hearing.present.filter(left_at=None).select_related("member"))


def came(hearing: Hearing, key: str) -> Present | None:
    """A row of this hearing by its key, as a form sends it."""
    return hearing.present.select_related("hearing").filter(pk=_number(key)).first()


def member_of(hearing: Hearing, key: str) -> Member | None:
    """A member of this hearing's panel by key; None for somebody who is none."""
    return hearing.panel.members.filter(pk=_number(key)).first()


def _number(key: str) -> int:
    return int(key) if key.isdecimal() and len(key) < 18 else 0


def quorum_of(hearing: Hearing) -> Finding[bool]:
    """Whether enough members sit in the room now."""
    return quorum(KINDS[hearing.panel.kind], [one.member.seat for one in here(hearing) if one.member])


def left_district(student: Student) -> bool:
    return not student.live or student.school_id is None


def tried_today(hearing: Hearing) -> bool:
    """Whether somebody tried to reach the home today, whatever came of it; true where there is no number to try."""
    students = [one.pk for one in students_of(hearing)]
    kinds = [key for key, kind in CONTACTS.items() if kind.reaches_home]
    if Entry.objects.standing().filter(student__in=students, on=clock.today(), kind__in=kinds).exists():
        return True
    return not any(line.number for lines in lines_of(students).values() for line in lines)


def numbers_of(hearing: Hearing) -> list[tuple[Student, Line]]:
    """The numbers to try now, the best first; a number of several children's home once, with the eldest."""
    found: dict[str, tuple[Student, Line]] = {}
    for student in students_of(hearing):
        for line in lines_to(student):
            if line.number:
                found.setdefault(line.number, (student, line))
    return list(found.values())


def tries_of(hearing: Hearing) -> list[Entry]:
    """What was tried today to reach the home, the newest first."""
    rows = Entry.objects.standing().filter(student__in=students_of(hearing), on=clock.today())
    return list(rows.select_related("contact", "by", "student").order_by("-pk"))


def spoken_in(hearing: Hearing) -> str:
    """The language of a hearing's family, as the wording files name it."""
    return language_of(hearing.language, LANGUAGES)


@dataclass(frozen=True, slots=True)
class Expected:
    """Somebody who is expected, or who came. `there` is their row once they came; `note` is what they sit for."""

    party: str
    name: str
    note: str
    member: int | None = None
    there: Present | None = None

    @property
    def is_here(self) -> bool:
        return self.there is not None and self.there.left_at is None


def expected(hearing: Hearing) -> list[Expected]:
    """Everybody to be marked in the room: members with a seat, the home, the school, the interpreter, whoever came."""
    came = list(hearing.present.select_related("member"))
    seated = {one.member_id: one for one in came if one.member_id}
    rows = [
        Expected("panel", one.member.name, _seat(one.member.seat, one.member.agency), one.member_id,
                 seated.get(one.member_id))
        for one in hearing.seatings.select_related("member").order_by("member__seat", "member__name")
    ]  # fmt: skip
    named = {(one.party, one.name): one for one in came if one.member_id is None}
    for party, name in _names(hearing):
        rows.append(Expected(party, name, HOME_PARTIES[party], None, named.pop((party, name), None)))
    rows += [Expected(one.party, one.name, one.get_party_display(), None, one) for one in named.values()]
    return rows


def _seat(seat: str, agency: str) -> str:
    return f"{agency or ALL_SEATS[seat]}"


def _names(hearing: Hearing) -> list[tuple[str, str]]:
    """Those whom nobody has to type: the adults of the home, the children, who referred them, the interpreter."""
    students = students_of(hearing)
    links = FamilyLink.objects.filter(student__in=students, live=True, contact__live=True, lives_with=True)
    adults = [str(link.contact) for link in links.select_related("contact").order_by("priority", "pk")
              if not link.restrictions]  # fmt: skip
    referred = [str(one.by) for one in hearing.referrals.select_related("by")]
    rows = [("family", name) for name in adults] + [("student", one.name) for one in students]
    rows += [("school", name) for name in referred]
    rows += [("interpreter", hearing.interpreter)] if hearing.interpreter else []
    return list(dict.fromkeys(rows))


def others_on(hearing: Hearing) -> list[tuple[int, str]]:
    """Members in term who have no seat at this hearing and did not come yet: they may still take one."""
    taken = hearing.seatings.values("member")
    rows = hearing.panel.members.filter(term__contains=hearing.day.on).exclude(pk__in=taken)
    return [(one.pk, f"{one.name}, {_seat(one.seat, one.agency)}") for one in rows.order_by("name")]


@dataclass(frozen=True, slots=True)
class Turn:
    """One part of the script as the room shows it. `said` is what was written of it last."""

    part: Part
    state: str
    said: str


def turns(hearing: Hearing) -> list[Turn]:
    """The script in order: parts behind, the one that is up, parts ahead."""
    kind: Kind = KINDS[hearing.panel.kind]
    said = dict(hearing.said.order_by("pk").values_list("part", "text"))
    keys = [one.key for one in kind.script]
    at = keys.index(hearing.part) if hearing.part in keys else -1
    return [
        Turn(part, "done" if place < at else "next" if place == at else "later", said.get(part.key, ""))
        for place, part in enumerate(kind.script)
    ]


def beside_in(hearing: Hearing, part: str, to: str) -> str:
    """The part after or before one in this hearing's script; what is no part of it stays as it is."""
    kind = KINDS[hearing.panel.kind]
    return beside(kind, part, to) if part in {one.key for one in kind.script} else part


def place_of(hearing: Hearing) -> tuple[int, int]:
    """(which, of how many) of the hearings of its room on its day; those called off do not count."""
    rows = Hearing.objects.filter(day=hearing.day_id, room=hearing.room).exclude(state__in=("waiting", "called_off"))
    keys = list(rows.order_by("span", "pk").values_list("pk", flat=True))
    return (keys.index(hearing.pk) + 1 if hearing.pk in keys else 0), len(keys)


def after_this(hearing: Hearing) -> Hearing | None:
    """The next hearing of the same room that is still to come."""
    rows = Hearing.objects.filter(day=hearing.day_id, room=hearing.room, state="set").exclude(pk=hearing.pk)
    return rows.filter(span__startswith__gte=hearing.span.lower).order_by("span", "pk").first()


def clocked(since: datetime | None) -> tuple[int, str]:
    """(seconds, `2:05`) since an instant; nothing since none."""
    seconds = max(int((timezone.now() - since).total_seconds()), 0) if since else 0
    return seconds, clock_of(seconds)
