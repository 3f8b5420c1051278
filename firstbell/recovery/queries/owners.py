"""Who looks for a student unless somebody else is named: the named adult of the case, else the school's counselor."""

from collections.abc import Iterable

from firstbell.cases.models import Case
from firstbell.core import clock
from firstbell.staffing.models import Post


def owners(students: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Student to user, for (student, school) pairs; none where the school has no counselor. Two queries."""
    asked = list(students)
    leads = Case.objects.open().filter(student__in=[who for who, _ in asked]).exclude(lead=None)
    named = dict(leads.order_by("year").values_list("student", "lead"))
    posts = Post.objects.filter(
        role=Post.Role.COUNSELOR, school__in={school for _, school in asked}, span__contains=clock.today(),
        user__is_active=True,
    )  # fmt: skip
    counselors = dict(posts.order_by("-pk").values_list("school", "user"))
    found = {who: named.get(who) or counselors.get(school) for who, school in asked}
    return {who: owner for who, owner in found.items() if owner}
