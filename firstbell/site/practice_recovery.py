"""Searches of the practice district: the night found who is lost; people tried, located, proved, and went out once."""

import uuid
from datetime import date, timedelta

from django.db import transaction

from firstbell.cases.queries import lines_to
from firstbell.core.models import User
from firstbell.recovery import actions as recovery
from firstbell.recovery.actions.days import Came
from firstbell.recovery.models import Day, Search, Unseen
from firstbell.roster.models import School
from firstbell.staffing.models import Post

PHONE = "(213) 555-0100"
HEARD = ("A neighbor told the office that the apartment is empty.", "A friend says she stays with a cousin.")
CAME = (
    Came("family", "With an aunt across town since March; wants to come back."), Came("nobody"),
    Came("moved", "New tenants since April."), Came("word"), Came("unsure", "The mother has not heard from him."),
)  # fmt: skip


@transaction.atomic
def live(today: date) -> int:
    """Work the searches of every school with a counselor; how many. Only once."""
    if Day.objects.exists():
        return 0
    posts = Post.objects.filter(role=Post.Role.COUNSELOR, school__isnull=False).select_related("user", "school")
    worked = [_school(post.school, post.user, today) for post in posts.order_by("pk")]
    _day(posts.order_by("-pk")[0].school, today)
    return sum(worked)


def _school(school: School, user: User, today: date) -> int:
    _heard(school, user)
    here = Search.objects.open().filter(school=school).select_related("student__school", "school").order_by("pk")
    unseen, left = list(here.exclude(lane="left")[:4]), list(here.filter(lane="left")[:4])
    for place, search in enumerate(unseen):
        _try(search, user, place, today)
    if unseen:
        found = recovery.locate(search=unseen[0], where="At home with a newborn sister", how="The mother called back",
                                by=user)  # fmt: skip
        recovery.plan_return(
            search=found, way="regular", meets_on=today + timedelta(3), adult=user, by=user,
            credits_short=15 if (found.student.grade or "") >= "09" else 0, note="A quiet start: two mornings first.",
        )  # fmt: skip
    for place, search in enumerate(left):
        _leaving(search, user, today, place)
    return len(unseen) + len(left)


def _heard(school: School, user: User) -> None:
    """Of two whom nobody has seen for two days somebody heard something: a search is begun before the night's."""
    rows = Unseen.objects.filter(school=school, days__gte=2).select_related("student__school")
    for row, why in zip(rows.order_by("-days", "student")[:2], HEARD, strict=False):
        recovery.begin(student=row.student, why=why, by=user)


def _try(search: Search, user: User, place: int, today: date) -> None:
    """The day before: the numbers on file, as far as this place in the line got, and a word with whoever may know."""
    on = max(search.since, today - timedelta(days=3 if today.weekday() == 0 else 1))
    for line in lines_to(search.student)[: place + 1]:
        if line.number:
            recovery.log_contact(
                search=search, key=_key(search, line.key), how="call", by=user, contact=line.contact,
                outcome="left_word" if place % 2 else "no_answer", number=line.number, on=on,
            )  # fmt: skip
    if place:
        recovery.log_step(search=search, key=_key(search, "siblings"), kind="siblings", outcome="told", by=user,
                          said="The brother comes; he says she is at a cousin's.", on=on)  # fmt: skip


def _leaving(search: Search, user: User, today: date, place: int) -> None:
    """The first is proven, the second has asked for the records, the others wait."""
    code = search.exit_code if search.exit_code.startswith("T") else "T160"
    if place == 0:
        recovery.record_proof(
            search=search, kind="records_request", code=code, dated_on=today - timedelta(6), by=user,
            reference="Incoming records, May, no. 14", place="Sequoia High School, Fresno",
        )  # fmt: skip
        recovery.prove(search=search, code=code, by=user)
    elif place == 1:
        recovery.log_step(search=search, key=_key(search, "records"), kind="records", outcome="waiting", by=user,
                          said="Asked two schools near the new address.")  # fmt: skip


def _day(school: School, today: date) -> None:
    """A recovery day today at the school with the newest post; half of it is entered."""
    by = Post.objects.filter(role=Post.Role.COUNSELOR, school=school).order_by("pk")[0].user
    chosen = list(Search.objects.open().filter(state="unseen").select_related("student", "school").order_by("pk"))
    mine = [one for one in chosen if one.school_id == school.pk] or chosen[:6]
    day = recovery.plan_day(
        name="Recovery day in May", on=today, how="visit", area="postal", phone=PHONE, searches=mine[:12], by=by,
        school=school,
    )  # fmt: skip
    stops = list(day.stops.order_by("pk"))[: max(len(mine) // 2, 1)]
    results = {stop.pk: CAME[place % len(CAME)] for place, stop in enumerate(stops)}
    recovery.enter_results(day=day, results=results, by=by)


def _key(search: Search, what: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_OID, f"practice search {search.student.key} {what}")
