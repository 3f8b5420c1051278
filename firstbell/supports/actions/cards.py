"""The daily card: begin it, score a day, end it."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from firstbell.cases.rules import refusal
from firstbell.core import clock, journal
from firstbell.core.models import User
from firstbell.law.findings import spoken
from firstbell.roster.models import Student
from firstbell.supports.models import Card, CardDay
from firstbell.supports.rules import counseling


@transaction.atomic
def start_card(*, student: Student, targets: Sequence[str], by: User) -> Card:
    """Begin a card with one to three targets, from today on."""
    if student.school_id is None or not student.live:
        raise refusal("This student is at no school of the district now.")
    try:
        wanted = counseling.targets(targets)
    except ValueError as no:
        raise refusal(str(no)) from None
    Student.objects.select_for_update(of=("self",)).get(pk=student.pk)
    if Card.objects.running().filter(student=student).exists():
        raise refusal("This student has a card already. End it first; its days stay.")
    card = Card.objects.create(student=student, targets=list(wanted), begins_on=clock.today(), by=by)
    journal.record("supports.card_started", by=by, about=card, student=student.pk)
    return card


@transaction.atomic
def mark_day(*, card: Card, on: date, points: Sequence[int], by: User) -> CardDay:
    """Score a day, or score it anew; the journal keeps what it was."""
    card = _running(card)
    if not card.begins_on <= on <= clock.today():
        raise refusal(f"Score a day from {spoken(card.begins_on)} to today.")
    if on.weekday() >= 5:
        raise refusal("That is no school day.")
    if not counseling.points_fit(points, len(card.targets)):
        raise refusal("Give each target 0, 1 or 2 points.")
    before = card.days.filter(on=on).first()
    day, _ = CardDay.objects.update_or_create(card=card, on=on, defaults={"points": list(points), "by": by})
    was = before.points if before else None
    journal.record("supports.day_scored", by=by, about=day, student=card.student_id, was=was, now=list(points))
    return day


@transaction.atomic
def end_card(*, card: Card, by: User) -> Card:
    """End a card; its days stay."""
    card = _running(card)
    card.ended_on = clock.today()
    card.save(update_fields=["ended_on"])
    journal.record("supports.card_ended", by=by, about=card, student=card.student_id)
    return card


def _running(card: Card) -> Card:
    card = Card.objects.select_for_update(of=("self",)).get(pk=card.pk)
    if card.ended_on:
        raise refusal("This card has ended. Begin another one.")
    return card
