"""A hearing day as the rules see it: the households that wait, who can come, what is taken; and a proposal for it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain

from django.utils.timezone import localtime, make_aware

from firstbell.core import clock
from firstbell.core.models import User
from firstbell.letters.wording import LANGUAGES
from firstbell.notices.rules import language_of
from firstbell.panels.kinds import ALL_SEATS, KINDS
from firstbell.panels.models import Attending, Away, Day, Hearing, Member, Panel, Recusal, Referral, Seating
from firstbell.panels.models.docket import COUNT
from firstbell.panels.rules.docket import after_leave, too_soon
from firstbell.panels.rules.scheduling import Elsewhere, Household, Kept, Plan, Sitter, Span, Table, Voice, plan
from firstbell.roster.models import FamilyLink
from firstbell.roster.queries import housemates

MIDNIGHT = 24 * 60
SPOKEN = {
    "en": "English", "ase": "American Sign Language", "am": "Amharic", "ar": "Arabic", "hy": "Armenian",
    "bn": "Bengali", "yue": "Cantonese", "zh-Hans": "Chinese", "fa": "Farsi", "hi": "Hindi", "hmn": "Hmong",
    "ja": "Japanese", "km": "Khmer", "ko": "Korean", "lo": "Lao", "mix": "Mixtec", "pt": "Portuguese", "pa": "Punjabi",
    "ru": "Russian", "sm": "Samoan", "so": "Somali", "es": "Spanish", "tl": "Tagalog", "th": "Thai", "uk": "Ukrainian",
    "ur": "Urdu", "vi": "Vietnamese", "zap": "Zapotec",
}  # fmt: skip
"""Languages in which somebody can be asked to interpret; letters are written in fewer."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Referrals that are heard together, with the hearing that waits for a time or, where it may move, has one."""

    referrals: tuple[Referral, ...]
    family: int
    language: str
    waited: int
    hearing: Hearing | None = None

    @property
    def key(self) -> int:
        return self.referrals[0].pk

    @property
    def name(self) -> str:
        return name_of(self.referrals)

    @property
    def tongue(self) -> str:
        return tongue(self.language)

    @property
    def wish(self) -> str:
        return self.hearing.wish if self.hearing else ""

    @property
    def counselors(self) -> list[User]:
        return list({one.by_id: one.by for one in self.referrals}.values())


def name_of(referrals: Iterable[Referral]) -> str:
    return " and ".join(one.student.name for one in referrals)


def minute(at: time | datetime) -> int:
    at = localtime(at) if isinstance(at, datetime) else at
    return at.hour * 60 + at.minute


def instant(on: date, at: int) -> datetime:
    """A minute of a day on the wall clock here."""
    return make_aware(datetime.combine(on, time(at // 60, at % 60)))


def tongue(code: str) -> str:
    """A language as staff name it."""
    return SPOKEN.get(code, code)


def waiting(panel: Panel) -> list[Waiting]:
    """Every household with an accepted referral to a panel and no time yet, those who have waited longest first."""
    rows = Referral.objects.filter(panel=panel, state="accepted").select_related("student__school", "school", "by")
    return households(rows.order_by("accepted_on", "pk"))


def movable(day: Day) -> list[Waiting]:
    """Hearings of a day that a proposal may move: set by a proposal, and nobody was told yet."""
    rows = day.hearings.filter(state="set", by_hand=False, invitations=None)
    found = Referral.objects.filter(hearings__in=rows, state="set").select_related("student__school", "school", "by")
    return households(found.order_by("accepted_on", "pk"))


def households(referrals: Iterable[Referral]) -> list[Waiting]:
    """Referrals by household: those that were joined are heard together. Four queries, however many there are."""
    together: dict[int, list[Referral]] = defaultdict(list)
    rows = list(referrals)
    for one in rows:
        together[one.joined_id or one.pk].append(one)
    homes = housemates([one.student_id for one in rows])
    spoken = languages_of([one.student_id for one in rows], {one.student_id: one.student.language for one in rows})
    open_ones = Hearing.objects.filter(referrals__in=rows, state__in=("waiting", "set")).prefetch_related("referrals")
    hearing_of = {one.pk: hearing for hearing in open_ones for one in hearing.referrals.all()}
    today, found = clock.today(), []
    for group in together.values():
        hearing = next((hearing_of[one.pk] for one in group if one.pk in hearing_of), None)
        children = set(chain.from_iterable([one.student_id, *homes.get(one.student_id, [])] for one in group))
        since = min(one.accepted_on or one.made_on for one in group)
        language = hearing.language if hearing else spoken[group[0].student_id]
        found.append(Waiting(tuple(group), min(children), language, (today - since).days, hearing))
    return found


def languages_of(students: Sequence[int], own: dict[int, str | None]) -> dict[int, str]:
    """The language to speak with each student's home: the first adult's who lives there, else the student's."""
    links = FamilyLink.objects.filter(student__in=students, live=True, contact__live=True, lives_with=True)
    found: dict[int, str] = {}
    for link in links.select_related("contact").order_by("-primary", "priority", "pk"):
        if link.contact.language and not link.restrictions:
            found.setdefault(link.student_id, language_of(link.contact.language, LANGUAGES))
    return {student: found.get(student) or language_of(own.get(student), LANGUAGES) for student in students}


def table_of(day: Day, homes: Sequence[Waiting], *, but: Iterable[int] = ()) -> Table:
    """The day as values for these households; hearings in `but` (keys) take up nothing. Nine queries."""
    kind = KINDS[day.panel.kind]
    members = list(day.panel.members.filter(term__contains=day.on).select_related("user").order_by("seat", "name"))
    kept, people = _kept(day, set(but))
    people |= {user.pk: str(user) for one in homes for user in one.counselors}
    people |= {member.user_id: member.name for member in members if member.user_id}
    barred = _recused(members, homes)
    return Table(
        opens=minute(day.opens), closes=minute(day.closes), minutes=kind.minutes, rooms=tuple(day.rooms),
        households=tuple(_household(day, one, barred) for one in homes),
        members=_sitters(day, members), must=kind.must, quorum=kind.quorum,
        pauses=((minute(day.pause_from), minute(day.pause_until)),) if day.pause_from else (),
        interpreters=_voices(day), kept=kept, elsewhere=_elsewhere(day, people),
        seats=ALL_SEATS, tongues={one.language: tongue(one.language) for one in homes}, people=people,
    )  # fmt: skip


def _household(day: Day, one: Waiting, barred: dict[int, set[int]]) -> Household:
    hearing, kind = one.hearing, KINDS[day.panel.kind]
    was = None
    if hearing and hearing.state == "set" and hearing.day_id == day.pk and hearing.room in day.rooms:
        was = (minute(hearing.span.lower), day.rooms.index(hearing.room))
    waived = bool(hearing and hearing.waiver)
    return Household(
        key=one.key, name=one.name, family=one.family, school=one.referrals[0].school_id, waited=max(one.waited, 0),
        language="" if one.language == "en" else one.language, attends=frozenset(one.by_id for one in one.referrals),
        recused=frozenset().union(*(barred.get(referral.student_id, set()) for referral in one.referrals)),
        wish=one.wish, too_soon="" if waived else too_soon(kind, day.on, clock.today()), was=was,
    )  # fmt: skip


def _recused(members: Sequence[Member], homes: Sequence[Waiting]) -> dict[int, set[int]]:
    students = [referral.student_id for one in homes for referral in one.referrals]
    found: dict[int, set[int]] = defaultdict(set)
    rows = Recusal.objects.filter(member__in=members, student__in=students)
    for student, member in rows.values_list("student", "member"):
        found[student].add(member)
    return found


def person_of(member: Member) -> int:
    """Who a member is: a person of ours, or nobody else's key."""
    return member.user_id or -member.pk


def _sitters(day: Day, members: Sequence[Member]) -> tuple[Sitter, ...]:
    free: dict[int, tuple[Span, ...]] = {one.pk: ((0, MIDNIGHT),) for one in members}
    for away in Away.objects.filter(member__in=members, span__contains=day.on):
        leave = (minute(away.since), minute(away.until)) if away.since else (0, MIDNIGHT)
        free[away.member_id] = after_leave(free[away.member_id], leave)
    return tuple(Sitter(one.pk, one.name, one.seat, person_of(one), free[one.pk]) for one in members)


def _voices(day: Day) -> tuple[Voice, ...]:
    """One voice a name: somebody of two languages has the same hours in both."""
    spoken: dict[str, set[str]] = defaultdict(set)
    hours: dict[str, Span] = {}
    for one in day.interpreters.order_by("name", "language"):
        hours[one.name] = (minute(one.opens) if one.opens else 0, minute(one.closes) if one.closes else MIDNIGHT)
        spoken[one.name].add(one.language)
    return tuple(Voice(name, frozenset(spoken[name]), (span,)) for name, span in hours.items())


def _kept(day: Day, but: set[int]) -> tuple[tuple[Kept, ...], dict[int, str]]:
    """The hearings that take up something, and the names of who referred to them."""
    rows = day.hearings.filter(state__in=COUNT).exclude(pk__in=but)
    found, people = [], {}
    for hearing in rows.prefetch_related("referrals__student", "referrals__by", "seatings", "attending"):
        referrals = [one for one in hearing.referrals.all() if one.state != "withdrawn"]
        people |= {one.by_id: str(one.by) for one in referrals}
        found.append(
            Kept(
                span=(minute(hearing.span.lower), minute(hearing.span.upper)),
                room=day.rooms.index(hearing.room) if hearing.room in day.rooms else -1, family=hearing.family,
                members=frozenset(one.member_id for one in hearing.seatings.all()),
                persons=frozenset(one.by_id for one in referrals) | {one.user_id for one in hearing.attending.all()},
                interpreter=hearing.interpreter, name=f"the hearing of {name_of(referrals)}",
            )
        )  # fmt: skip
    return tuple(found), people


def _elsewhere(day: Day, people: Iterable[int]) -> tuple[Elsewhere, ...]:
    """Where these persons are on other dockets of the same date, with the way between two places."""
    begins, ends = instant(day.on, 0), instant(day.on + timedelta(1), 0)
    others = {"span__overlap": (begins, ends), "hearing__day__isnull": False, "hearing__state__in": COUNT}
    rows = Attending.objects.filter(user__in=people, **others).exclude(hearing__day=day)
    sits = Seating.objects.filter(member__user__in=people, **others).exclude(hearing__day=day)
    found = {(one.user_id, one.hearing) for one in rows.select_related("hearing__day__panel")}
    found |= {(one.member.user_id, one.hearing) for one in sits.select_related("member", "hearing__day__panel")}
    made = []
    for person, hearing in found:
        way = 0 if hearing.day.place == day.place else max(day.travel_minutes, hearing.day.travel_minutes)
        span = (minute(hearing.span.lower) - way, minute(hearing.span.upper) + way)
        made.append(Elsewhere(person, span, f"at the {hearing.day.panel}"))
    return tuple(sorted(made, key=lambda one: (one.person, one.span)))


@dataclass(frozen=True, slots=True)
class Proposed:
    """One line of a proposal. `news` says what it changes, `unmet` what the family had asked for."""

    home: Waiting
    start: datetime
    room: str
    members: tuple[Member, ...]
    interpreter: str
    news: str
    unmet: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan for a day, as people read it and accept it whole. `left` are those it cannot hear, with the reasons."""

    day: Day
    lines: tuple[Proposed, ...]
    left: tuple[tuple[Waiting, tuple[str, ...]], ...]
    plan: Plan

    @property
    def as_data(self) -> list[dict]:
        """What a page sends back to accept it; every rule is asked again then."""
        return [
            {"key": one.household, "start": one.start, "room": one.room, "members": list(one.members),
             "interpreter": one.interpreter}
            for one in self.plan.sittings
        ]  # fmt: skip


def propose(day: Day, *, seed: int = 1) -> Proposal:
    """Places for everybody who waits for this panel and for what an earlier proposal set; nothing is written."""
    homes = [*movable(day), *waiting(day.panel)]
    by_key = {one.key: one for one in homes}
    table = table_of(day, homes, but=[one.hearing.pk for one in homes if one.hearing])
    made = plan(table, seed=seed)
    members = {one.pk: one for one in day.panel.members.all()}
    lines = tuple(
        Proposed(
            home=by_key[one.household], start=instant(day.on, one.start), room=day.rooms[one.room],
            members=tuple(members[key] for key in one.members), interpreter=one.interpreter,
            news=_news(by_key[one.household], one.start, day.rooms[one.room]),
            unmet=_unmet(by_key[one.household], one.start),
        )
        for one in made.sittings
    )  # fmt: skip
    left = tuple((by_key[one.household], one.why) for one in made.unheard)
    return Proposal(day, lines, left, made)


def _news(home: Waiting, start: int, room: str) -> str:
    hearing = home.hearing
    if hearing is None or hearing.state != "set":
        return "New"
    return "Stays" if (minute(hearing.span.lower), hearing.room) == (start, room) else "Moves"


def _unmet(home: Waiting, start: int) -> str:
    if not home.wish or (start < 12 * 60) == (home.wish == "morning"):
        return ""
    return f"The family asked for the {home.wish}."
