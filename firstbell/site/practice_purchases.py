"""Counselor days for the practice district: rates, what its schools bought, a request in every state, a proposal."""

from datetime import date

from django.db import transaction
from django.db.models import Count, Q

from firstbell.attendance.queries.pages import chronic_percents
from firstbell.core.models import User
from firstbell.roster.models import School
from firstbell.site.practice_staffing import somebody
from firstbell.staffing.actions import assignment, purchases, rates
from firstbell.staffing.models import Post, Purchase, Rate
from firstbell.staffing.rules.purchases import Part, fiscal_year

FISCAL, REGION, DIRECTOR = "Priya Nair", "Noor Rahimi", "Samir Haddad"
OFFICE = "Principal's Office"
"""Who signs for the schools whose principals nobody can step in as."""
YEAR_DOLLARS = {"B": 15_820, "C": 14_610, "E": 16_750}
"""Of a tenth; invented, near what a counselor costs a California district."""
WHO, WHERE = "Students in foster care or without a home", "School plan, goal 4"
LEFT_AT = ("approved", "draft", "signed", "checked", "returned", "cancelled")
"""How far the requests of the schools without a persona came, in turn."""


def live(today: date) -> int:
    """Put the sheet into force, buy what the counselors' posts deliver, and leave a request in each state; how many."""
    if Purchase.objects.exists():
        return 0
    first, last = fiscal_year(today)
    _sheet(last.year)
    begins, ends = max(first, date(last.year - 1, 8, 12)), date(last.year, 6, 11)
    bought = [_delivered(post, begins, ends) for post in _posts(today)]
    for school, state in zip(_others(), LEFT_AT, strict=False):
        bought.append(_left(school, state, today, ends))
    asked = assignment.propose(fiscal_year=last.year, begins=today, by=somebody(DIRECTOR))
    assignment.work_out(proposal=asked.pk, needs=chronic_percents(), seconds=5)
    return len(bought)


@transaction.atomic
def _sheet(year: int) -> None:
    rows = [f"{basis},{n},{n * dollars}.00" for basis, dollars in YEAR_DOLLARS.items() for n in range(1, 11)]
    if not Rate.objects.filter(fiscal_year=year).exists():
        rates.set_rates(fiscal_year=year, text="\n".join(["basis,tenths,dollars", *rows]), by=somebody(FISCAL))


def _posts(today: date) -> list[Post]:
    rows = Post.objects.filter(role=Post.Role.COUNSELOR, span__contains=today, school__isnull=False, cover_for=None)
    return list(rows.filter(loan=False).select_related("school").order_by("pk"))


def _principal(school: School) -> User:
    post = Post.objects.filter(role=Post.Role.PRINCIPAL, school=school).select_related("user").first()
    return post.user if post else somebody(OFFICE)


@transaction.atomic
def _delivered(post: Post, begins: date, ends: date) -> Purchase:
    """An approved purchase of as many half days as the post gives, partly from Title I where that is enough for it."""
    rest = post.tenths - 2
    parts = [Part("general", post.tenths)] if rest < 1 else [Part("title_1", 2, WHO, WHERE), Part("general", rest)]
    one = purchases.draft(
        school=post.school, begins=begins, ends=ends, tenths=post.tenths, parts=parts, by=_principal(post.school)
    )
    one = _on(one, "approved")
    purchases.deliver(post=post, purchase=one, by=somebody(REGION))
    return one


def _on(one: Purchase, state: str) -> Purchase:
    """Move a draft on until it is in this state."""
    principal = _principal(one.school)
    if state == "draft":
        return one
    if state == "cancelled":
        return purchases.cancel(purchase=one, seen=one.version, why="The budget was cut.", by=principal)
    one = purchases.sign(purchase=one, seen=one.version, by=principal)
    if state == "signed":
        return one
    if state == "returned":
        return purchases.send_back(
            purchase=one, seen=one.version, why="The fund has no more money this year.", by=somebody(FISCAL)
        )
    one = purchases.check(purchase=one, seen=one.version, by=somebody(FISCAL))
    return one if state == "checked" else purchases.approve(purchase=one, seen=one.version, by=somebody(REGION))


def _others() -> list[School]:
    """Schools without a counselor, the largest first."""
    rows = School.objects.filter(live=True).exclude(posts__role=Post.Role.COUNSELOR)
    return list(rows.annotate(many=Count("students", filter=Q(students__live=True))).order_by("-many", "key")[:6])


@transaction.atomic
def _left(school: School, state: str, today: date, ends: date) -> Purchase:
    one = purchases.draft(
        school=school, begins=min(today, ends), ends=ends, tenths=2, parts=[Part("general", 2)], by=_principal(school)
    )
    return _on(one, state)
