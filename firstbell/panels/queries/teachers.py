"""What teachers were asked: one person's own forms, those of a referral, and those that are late."""

from django.db.models import F, Q, QuerySet

from firstbell.core import clock
from firstbell.core.access import May, Scope
from firstbell.core.models import User
from firstbell.panels.models import Referral, TeacherForm

ASKED = ("draft", "sent", "returned", "accepted", "set")


def mine(user: User) -> QuerySet[TeacherForm]:
    """The forms this person is asked to answer, open ones first, those due first on top."""
    rows = TeacherForm.objects.filter(user=user).exclude(referral__state="withdrawn")
    rows = rows.select_related("referral__student", "referral__panel")
    return rows.order_by(F("answered_at").desc(nulls_first=True), "due_on", "pk")


def forms_of(referral: Referral) -> list[TeacherForm]:
    return list(referral.teacher_forms.select_related("user", "by").order_by("due_on", "pk"))


def late(scope: Scope) -> QuerySet[TeacherForm]:
    """Forms in scope that are past their day and not answered, the oldest first."""
    rows = TeacherForm.objects.visible_to(scope).filter(answered_at=None, due_on__lt=clock.today())
    rows = rows.filter(referral__state__in=ASKED)
    return rows.select_related("referral__student__school", "referral__panel").order_by("due_on", "pk")


def to_answer(user: User, scope: Scope) -> QuerySet[TeacherForm]:
    """The forms that this person may answer: their own, and of students in scope those whose words they write down."""
    rows = TeacherForm.objects.select_related("referral__student", "referral__panel", "user")
    if May.REFER_TO_PANELS not in scope:
        return rows.filter(user=user)
    within = TeacherForm.objects.visible_to(scope).values("pk")
    return rows.filter(Q(user=user) | Q(pk__in=within))


def teachers_at(referral: Referral) -> QuerySet[User]:
    """Who may be asked by name: everybody with a teacher's post at the student's school today."""
    posts = {"posts__school": referral.school_id, "posts__role": "teacher", "posts__span__contains": clock.today()}
    return User.objects.filter(is_active=True, **posts).distinct().order_by("last_name", "pk")
