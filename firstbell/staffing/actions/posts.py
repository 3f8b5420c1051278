"""Giving and ending posts. A counselor's reaches as far as their papers do; what was asked is kept beside it."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from firstbell.core import journal
from firstbell.core.models import User
from firstbell.core.refusals import NotAllowed, refusal
from firstbell.law.findings import spoken
from firstbell.roster.models import Region, School
from firstbell.staffing.models import Post
from firstbell.staffing.queries.credentials import papers_of
from firstbell.staffing.queries.posts import asked_of, counselors_hours, stretch_of, week_of
from firstbell.staffing.rules.credentials import DAY, FOREVER, Paper, Stretch, unqualified, within
from firstbell.staffing.rules.hours import A_DAY, Hours, too_much, words

NO_DAYS = DateRange(empty=True)


@transaction.atomic
def assign(
    *, user: User, role: str, by: User | None, begins: date, ends: date | None = None,
    school: School | None = None, region: Region | None = None, tenths: int = 10, week: list[int] | None = None,
    **more: object,
) -> Post:  # fmt: skip
    """Give a person a post from `begins` until `ends` (first day without it; None: open). `week`, `more`: see Post.

    A counselor's begins and ends with their papers: NotAllowed says what is missing where no day is left, or that the
    hours do not fit beside their other schools. Raises ValidationError for an unknown role, both a school and a
    region, or a share outside 1-10 tenths; IntegrityError when the same post is already held then.
    """
    asked = DateRange(begins, ends)
    post = Post(
        user=user, role=role, school=school, region=region, span=asked, tenths=tenths, week=week, **more
    )  # fmt: skip
    post.full_clean(exclude={"school", "region", "asked", "purchase", "cover_for"}, validate_constraints=False)
    if by is not None and by == user:
        raise refusal("Nobody gives themselves a post. Ask somebody else who may.")
    if ends is not None and ends <= begins:
        raise refusal(f"The last day lies before the first, {spoken(begins)}.")
    if role == Post.Role.COUNSELOR:
        _plan(post)
    else:
        post.save()
    journal.record("staffing.assigned", by=by, about=post, role=role, user=user.username)
    return post


def _plan(post: Post) -> None:
    """Save a counselor's post, one row for each stretch of days that was asked for and that the papers reach."""
    user = User.objects.select_for_update().get(pk=post.user_id)  # who plans the same person waits here
    post.asked, asked = post.span, stretch_of(post.span)
    if post.week and any(not 0 <= one <= A_DAY for one in post.week):
        raise refusal(f"A day has {words(A_DAY)} at most: write the minutes of each day between 0 and {A_DAY}.")
    if not sum(week_of(post)):
        raise refusal("Give at least one day some minutes.")
    _beside(post, user, asked)
    papers = papers_of([user.pk])[user.pk]
    left = within(asked, papers)
    if not left:
        raise NotAllowed(*unqualified(str(user), papers, asked[0]))
    post.span = _range(left[0])
    post.save()
    for days in left[1:]:
        _again(post, days)


def _beside(post: Post, user: User, asked: Stretch) -> None:
    """Refuse hours that do not fit beside the others of the same person, and the same post twice."""
    same = Post.objects.filter(user=user, role=post.role, school=post.school, region=post.region)
    for one in same:
        days = stretch_of(asked_of(one))
        if days and days[0] < asked[1] and asked[0] < days[1]:
            until = "" if days[1] == FOREVER else f" until {spoken(days[1] - DAY)}"
            raise refusal(
                f"{user} is {one} already, from {spoken(days[0])}{until}. End that first, or choose days without it."
            )
    if post.school is None:
        return
    planned = counselors_hours([user.pk]).get(user.pk, [])
    if why := too_much(planned, Hours(*asked, week_of(post), str(post.school))):
        raise refusal(f"{user} would be in two schools at one time. {why} Give other hours, or end a post first.")


def _range(days: Stretch) -> DateRange:
    return DateRange(days[0], None if days[1] == FOREVER else days[1])


def _again(post: Post, days: Stretch) -> Post:
    """The same post on other days."""
    return Post.objects.create(
        user_id=post.user_id, role=post.role, school_id=post.school_id, region_id=post.region_id, span=_range(days),
        asked=post.asked, week=post.week, tenths=post.tenths, purchase_id=post.purchase_id,
        cover_for_id=post.cover_for_id, loan=post.loan,
    )  # fmt: skip


@transaction.atomic
def end(*, post: Post, on: date, by: User | None) -> Post:
    """End a post: `on` is the first day without it. Scope is gone that day. NotAllowed for a day outside the post."""
    User.objects.select_for_update().get(pk=post.user_id)
    post.refresh_from_db()
    days = stretch_of(asked_of(post))
    if days is None or not days[0] <= on <= days[1]:
        raise refusal(
            f"The post has no day before {spoken(on)}." if days is None or on < days[0] else
            f"The post ends before {spoken(on)} already, on {spoken(days[1] - DAY)}."
        )  # fmt: skip
    rows = _rows(post) if post.role == Post.Role.COUNSELOR else [post]
    for row in rows:
        row.asked = _until(row.asked, on) if row.asked else None
        row.span = _until(row.span, on)
        row.save(update_fields=["span", "asked"])
    journal.record("staffing.ended", by=by, about=post, on=on.isoformat())
    post.refresh_from_db()
    return post


def _until(days: DateRange, on: date) -> DateRange:
    if days.isempty or (days.lower and days.lower >= on):
        return NO_DAYS
    return DateRange(days.lower, min(days.upper or FOREVER, on))


def _rows(post: Post) -> list[Post]:
    """The rows of one post that papers cut into several."""
    if post.asked is None:
        return [post]
    same = {name: getattr(post, name) for name in ("user_id", "role", "school_id", "region_id", "asked")}
    return list(Post.objects.filter(**same).order_by("pk"))


def fit_to_papers(*, user: User, papers: Sequence[Paper], by: User | None) -> list[Post]:
    """Bring a person's counselor posts to what was asked, as far as these papers reach; those that changed.

    The caller holds the person's row. The database refuses a post that reaches further.
    """
    rows = Post.objects.filter(user=user, role=Post.Role.COUNSELOR).order_by("pk")
    posts: dict[tuple, list[Post]] = {}
    for row in rows:
        if days := stretch_of(asked_of(row)):
            posts.setdefault((row.school_id, row.region_id, days), []).append(row)
    changed = [row for (*_, days), same in posts.items() for row in _fit(same, within(days, papers))]
    for row in changed:
        days = stretch_of(row.span)
        journal.record(
            "staffing.post_fitted", by=by, about=row, user=user.username,
            days=[one.isoformat() for one in days] if days else [],
        )  # fmt: skip
    return changed


def _fit(rows: list[Post], wanted: Sequence[Stretch]) -> list[Post]:
    """Give these rows of one post the wanted days; each keeps the stretch it had a part in."""
    spare, placed = list(rows), []
    for days in wanted:
        kept = next((row for row in spare if _touches(row, days)), None)
        if kept is not None:
            spare.remove(kept)
        placed.append((kept, days))
    pairs = [(row or (spare.pop(0) if spare else None), days) for row, days in placed]
    made = {row.pk: _range(days) for row, days in pairs if row}
    changed = [row for row in rows if row.span != made.get(row.pk, NO_DAYS)]
    asked = asked_of(rows[0])
    Post.objects.filter(pk__in=[row.pk for row in changed]).update(span=NO_DAYS, asked=asked)  # none in another's way
    for row in changed:
        row.span, row.asked = made.get(row.pk, NO_DAYS), asked
        row.save(update_fields=["span"])
    return changed + [_again(rows[0], days) for row, days in pairs if row is None]


def _touches(row: Post, days: Stretch) -> bool:
    there = stretch_of(row.span)
    return there is not None and there[0] < days[1] and days[0] < there[1]
