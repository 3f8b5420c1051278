"""What the slice keeps: plans with commitments and checks, sessions, groups with meetings, daily cards."""

from firstbell.supports.models.cards import Card, CardDay
from firstbell.supports.models.counseling import Group, Meeting, Member, Presence, Session
from firstbell.supports.models.plans import Check, Commitment, Plan

__all__ = ["Card", "CardDay", "Check", "Commitment", "Group", "Meeting", "Member", "Plan", "Presence", "Session"]
