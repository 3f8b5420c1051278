"""Papers as the rules see them, and as pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from firstbell.core import scans
from firstbell.core.models import User
from firstbell.staffing.models import Credential
from firstbell.staffing.rules.credentials import NEEDS, WARNED, Paper, Standing, standing


def paper_of(one: Credential) -> Paper:
    return Paper(one.kind, one.issued_on, one.expires_on, one.withdrawn_on, one.pk)


_TOLD = ("kind", "issued_on", "expires_on", "withdrawn_on", "pk")


def papers_of(users: Iterable[int]) -> dict[int, list[Paper]]:
    """The papers of each, an empty list for who has none. One query; scans stay where they are."""
    found: dict[int, list[Paper]] = {one: [] for one in users}
    for who, *told in Credential.objects.filter(user__in=found).values_list("user", *_TOLD):
        found[who].append(Paper(*told))
    return found


def in_order(user: str, on: date) -> Q:
    """Whose papers stand beyond every warning, each need by one paper alone; `user` is the path to the person.

    Asked first of the many, so that the rules are asked only of the few others.
    """
    after = on + timedelta(max(WARNED) + 1)
    good = Q(issued_on__lte=on) & (Q(expires_on=None) | Q(expires_on__gte=after))
    good &= Q(withdrawn_on=None) | Q(withdrawn_on__gt=after)
    found = Q()
    for need in NEEDS:
        found &= Q(Exists(Credential.objects.filter(good, user=OuterRef(user), kind__in=sorted(need.kinds))))
    return found


def languages_of(users: Iterable[int], on: date) -> dict[int, list[str]]:
    """The codes of the languages each is known to speak besides English."""
    found: dict[int, list[str]] = {one: [] for one in users}
    rows = Credential.objects.filter(user__in=found, kind=Credential.Kind.LANGUAGE).order_by("number")
    for who, number, *told in rows.values_list("user", "number", *_TOLD):
        if (at := Paper(*told).stretch) and at[0] <= on < at[1]:
            found[who].append(number)
    return found


@dataclass(frozen=True, slots=True)
class Shown:
    """One paper on a page. `state`: in force, ends soon, ended, withdrawn or to come; `tone` is its chip's."""

    credential: Credential
    state: str
    tone: str


def shown(user: User, on: date) -> list[Shown]:
    """A person's papers, those in force first, then the newest."""
    has_scan = ExpressionWrapper(~Q(scan=b""), output_field=BooleanField())
    rows = list(user.credentials.defer("scan").annotate(has_scan=has_scan).select_related("seen_by"))
    found = standing([paper_of(one) for one in rows], on)
    soon = {one.key: one.days for one in found.endings}
    told = [Shown(one, *_state(one, on, soon)) for one in rows]
    return sorted(told, key=lambda one: (one.tone == "plain", -one.credential.issued_on.toordinal()))


def _state(one: Credential, on: date, soon: dict[int, int]) -> tuple[str, str]:
    if one.withdrawn_on and one.withdrawn_on <= on:
        return "Withdrawn", "plain"
    if one.expires_on and one.expires_on < on:
        return "Ended", "plain"
    if one.issued_on > on:
        return "To come", "plain"
    if one.pk in soon:
        return f"Ends in {soon[one.pk]} days", "severe" if soon[one.pk] <= 30 else "moderate"
    return "In force", "ok"


def standing_of(user: User, on: date) -> Standing:
    return standing(papers_of([user.pk])[user.pk], on)


def scan_of(one: Credential) -> tuple[bytes, str]:
    """The scan and its media type; nothing where the paper was only looked at."""
    content = bytes(one.scan)
    return content, scans.MEDIA[scans.kept_kind(content)]


def papers_in(people: QuerySet[User]) -> QuerySet[Credential]:
    """The papers of these people."""
    return Credential.objects.filter(user__in=people.values("pk"))
