"""What people do with plans, sessions, groups and daily cards."""

from firstbell.supports.actions.cards import end_card, mark_day, start_card
from firstbell.supports.actions.counseling import (
    add_member,
    amend_meeting,
    end_group,
    end_member,
    hold_meeting,
    hold_session,
    start_group,
)  # fmt: skip
from firstbell.supports.actions.plans import check, end_plan, write_plan

__all__ = [
    "add_member", "amend_meeting", "check", "end_card", "end_group", "end_member", "end_plan", "hold_meeting",
    "hold_session", "mark_day", "start_card", "start_group", "write_plan",
]  # fmt: skip
