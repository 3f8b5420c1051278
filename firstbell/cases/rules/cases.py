"""Tiers of support, when the rules propose one, and how a case ends. Pure: figures in, answers out."""

from dataclasses import dataclass

from firstbell.law.findings import Reason, count, reaches
from firstbell.law.policy import Policy

TIERS = {1: "Tier 1, for all", 2: "Tier 2, early help", 3: "Tier 3, intensive help"}
CLOSINGS = {
    "goal_met": "Attendance goal met and held",
    "moved": "Left the district; records sent",
    "referred": "Another agency leads from here",
    "year_end": "School year ended",
    "declined": "Family declined further help",
    "mistake": "Opened by mistake",
}
HELD_DAYS = 25
"""School days for which attendance must have held before a case is closed as met: one review period."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a tier rests on: days of the year, and of the last twenty."""

    enrolled: int
    absent: int
    last20: int
    occasions: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """The tier the rules propose, with the reason; a person decides."""

    tier: int
    reason: Reason


def proposed(now: Figures, policy: Policy) -> Proposal:
    """Severe chronic absence calls for tier 3; chronic absence or a truancy report's worth of occasions for tier 2.

    Source: the three tiers of EC 48240's supports as the district's practice sets them (mission, tiered system).
    """
    bands = policy.bands
    days = f"{now.absent} of {count(now.enrolled, 'day')} missed"
    if now.enrolled < policy.chronic.on_pace_min_days:
        return Proposal(
            1, Reason(policy.cite("chronic.on_pace_min_days"), f"Only {count(now.enrolled, 'day')} so far.")
        )
    if reaches(now.absent, now.enrolled, bands.severe):
        return Proposal(3, Reason(policy.cite("bands.severe"), f"{days}, {bands.severe}\u00a0% or more."))
    if reaches(now.absent, now.enrolled, bands.moderate):
        return Proposal(2, Reason(policy.cite("bands.moderate"), f"{days}, {bands.moderate}\u00a0% or more."))
    if now.occasions >= policy.truancy.occasions:
        told = f"{count(now.occasions, 'unexcused occasion')} this school year."
        return Proposal(2, Reason(policy.cite("truancy.occasions"), told))
    return Proposal(1, Reason(policy.cite("bands.moderate"), f"{days}, under {bands.moderate}\u00a0%."))


def may_close_as_met(now: Figures, policy: Policy) -> str:
    """Why a case may not be closed as met yet; empty when it may: under the chronic line over the last twenty days."""
    if now.enrolled < policy.chronic.on_pace_min_days:
        return "There are too few school days to say that attendance has held."
    if reaches(now.last20, 20, policy.bands.moderate):
        return f"{count(now.last20, 'day')} of the last 20 were missed: attendance has not held yet."
    return ""
