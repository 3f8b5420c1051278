"""People with posts for every test: a counselor's papers come along, as the database asks for them."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.timezone import now

from firstbell.core.models import User
from firstbell.roster.models import School
from firstbell.staffing.models import Credential, Post, Purchase

SINCE, UNTIL = date(2000, 1, 1), date(2099, 12, 31)


def qualify(user: User, *, since: date = SINCE, until: date = UNTIL) -> User:
    """Put on record what a counselor needs, unless it is; seen by the office."""
    if not user.credentials.exists():
        office, _ = User.objects.get_or_create(username="papers-office", defaults={"password": "!", "is_active": False})
        for kind, number, ends in (("social_work", "", None), ("pps", "P-1", until), ("cwa", "C-1", until)):
            Credential.objects.create(
                user=user, kind=kind, number=number, issued_on=since, expires_on=ends, seen_by=office
            )
    return user


def post(*, user: User, role: str, span: DateRange, **where: object) -> Post:
    """A post as `Post.objects.create` makes it; a counselor's ends with the papers that are put on record for it."""
    if role == "counselor":
        qualify(user)
        span = DateRange(span.lower, span.upper or UNTIL + timedelta(1))
    return Post.objects.create(user=user, role=role, span=span, **where)


def bought(
    school: School, begins: date, ends: date, *, by: User, funds: Sequence[tuple[str, int]] = (("general", 4),),
    state: str = "approved", **more: object,
) -> Purchase:  # fmt: skip
    """Counselor days that a school bought from these funds (tenths each), signed by `by` and in this state."""
    tenths = sum(many for _, many in funds)
    made = Purchase.objects.create(
        school=school, fiscal_year=begins.year + (begins.month > 6), tenths=tenths, cents=100_000 * tenths,
        begins_on=begins, ends_on=ends, by=by, **more,
    )  # fmt: skip
    for fund, many in funds:
        made.shares.create(fund=fund, tenths=many, cents=100_000 * many)
    made.signed_by, made.signed_at, made.letter, made.state = by, now(), b"%PDF", state
    made.save()
    made.moves.create(before="checked", after=state, by=by)
    return made
