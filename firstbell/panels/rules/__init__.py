"""Decisions that only panels make: how a referral and a hearing go on. The law's own are in `law.sarb`."""

from firstbell.panels.rules.hearings import HEARING_MOVES, OPEN_HEARINGS, quorum
from firstbell.panels.rules.referrals import OPEN, REFERRAL_MOVES, after

__all__ = ["HEARING_MOVES", "OPEN", "OPEN_HEARINGS", "REFERRAL_MOVES", "after", "quorum"]
