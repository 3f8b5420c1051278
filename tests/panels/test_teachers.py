"""Teachers are asked a week before a meeting, answer once, strengths first; who is late is listed."""

from datetime import timedelta

import pytest

from firstbell.cases.actions import Careful
from firstbell.cases.rules import NotAllowed
from firstbell.core.access import ROLES, May, Scope
from firstbell.core.models import JournalLine
from firstbell.panels.actions.teachers import answer_teacher_form, ask_teacher
from firstbell.panels.models import TeacherForm
from firstbell.panels.queries import teachers as queries
from tests.panels.conftest import somebody
from tests.panels.rooms import *  # noqa: F403 - fixtures

pytestmark = pytest.mark.django_db


@pytest.fixture
def mae(district):
    return somebody("mae.lund", "teacher", school=district.schools[0])


def test_a_teacher_is_asked_a_week_ahead(referral, counselor, mae, today):
    made = ask_teacher(referral=referral, teacher="", user=mae, subject="Science", by=counselor)
    assert (made.teacher, made.subject, made.due_on) == ("Mae Lund", "Science", today + timedelta(7))
    assert JournalLine.objects.get(verb="panels.teacher_asked").about_id == made.pk
    with pytest.raises(NotAllowed, match="Mae Lund was asked already"):
        ask_teacher(referral=referral, teacher="", user=mae, subject="science", by=counselor)
    assert ask_teacher(referral=referral, teacher="", user=mae, subject="Homeroom", by=counselor).pk
    with pytest.raises(NotAllowed, match="Say which teacher"):
        ask_teacher(referral=referral, teacher=" ", by=counselor)
    assert list(queries.teachers_at(referral)) == [mae]


def test_due_before_the_hearing_and_never_in_the_past(referral, counselor, hearing, today, day, ines):
    assert ask_teacher(referral=referral, teacher="Mr. Ochoa", by=counselor).due_on == today
    hearing.day = day  # three weeks ahead
    hearing.save(update_fields=["day"])
    assert ask_teacher(referral=referral, teacher="Ms. Lund", by=counselor).due_on == day.on - timedelta(7)


def test_after_the_hearing_nobody_is_asked(referral, counselor):
    type(referral).objects.filter(pk=referral.pk).update(state="heard")
    with pytest.raises(NotAllowed, match="teachers are asked before a hearing"):
        ask_teacher(referral=referral, teacher="Mr. Ochoa", by=counselor)


def test_strengths_first_and_once(referral, counselor, mae):
    form = ask_teacher(referral=referral, teacher="", user=mae, by=counselor)
    with pytest.raises(NotAllowed, match="Begin with what goes well"):
        answer_teacher_form(form=form, by=mae, strengths=" ", seen="Comes late.")
    with pytest.raises(NotAllowed, match="1,501 characters"):
        answer_teacher_form(form=form, by=mae, strengths="x" * 1501)
    with pytest.raises(Careful, match="Health is private"):
        answer_teacher_form(form=form, by=mae, strengths="Kind.", seen="Has asthma.")
    told = answer_teacher_form(form=form, by=mae, strengths=" Draws well. ", tried="A seat in front.")
    assert (told.strengths, told.tried, told.answered_at is not None) == ("Draws well.", "A seat in front.", True)
    with pytest.raises(NotAllowed, match="Mae Lund answered on"):
        answer_teacher_form(form=form, by=mae, strengths="Again.")
    line = JournalLine.objects.get(verb="panels.teacher_answered")
    assert "Draws" not in str(line.detail)


def test_nothing_is_asked_of_a_referral_that_ended(referral, counselor):
    form = ask_teacher(referral=referral, teacher="Mr. Ochoa", by=counselor)
    type(referral).objects.filter(pk=referral.pk).update(state="withdrawn", closed_on=referral.made_on)
    with pytest.raises(NotAllowed, match="has ended"):
        answer_teacher_form(form=form, by=counselor, strengths="Kind.")


def test_who_is_late_and_who_sees_which_form(referral, counselor, mae, today, settings, district):
    form = ask_teacher(referral=referral, teacher="", user=mae, by=counselor)
    here = Scope(may=ROLES["counselor"], schools=frozenset({referral.school_id}))
    there = Scope(may=ROLES["counselor"], schools=frozenset({district.schools[1].pk}))
    teacher = Scope(may=ROLES["teacher"], schools=frozenset({referral.school_id}))
    assert not queries.late(here).exists()
    settings.TODAY = (today + timedelta(8)).isoformat()
    assert list(queries.late(here)) == [form]
    assert not queries.late(there).exists()
    assert list(queries.mine(mae)) == list(queries.to_answer(mae, teacher)) == [form]
    assert list(queries.to_answer(counselor, here)) == [form]
    assert not queries.to_answer(counselor, there).exists()
    other = somebody("ben.cole", "teacher", school=district.schools[0])
    assert not queries.to_answer(other, teacher).exists()
    answer_teacher_form(form=form, by=mae, strengths="Kind.")
    assert not queries.late(here).exists()
    assert TeacherForm.objects.get().by == counselor


def test_a_teacher_may_do_nothing_else():
    assert ROLES["teacher"] - {May.SIGNED_IN, May.SEE_LIBRARY, May.SEE_TRAINING} == {May.ANSWER_FORMS}
