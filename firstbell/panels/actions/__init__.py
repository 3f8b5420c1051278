"""What people do with panels: who sits, who is referred, what is read, when it is heard, what is agreed and decided."""

from firstbell.panels.actions.agreements import add_directive, drop_directive, leave_unsigned, read_back, sign
from firstbell.panels.actions.calling_off import (
    call_off,
    call_off_day,
    empty_seats,
    follow_up,
    unset_hearing,
    withdraw_from,
)
from firstbell.panels.actions.checks import check, fill_checks
from firstbell.panels.actions.days import add_interpreter, come_for, drop_interpreter, fix_day, open_day_again, plan_day
from firstbell.panels.actions.decisions import decide, report_outcome
from firstbell.panels.actions.docket import accept_proposal, change_seats, move_hearing, note_wish, set_hearing, waive
from firstbell.panels.actions.invitations import answer, delivered, invite, invite_day, mailed, returned
from firstbell.panels.actions.packets import note_stale
from firstbell.panels.actions.referrals import (
    accept,
    agree_override,
    ask_override,
    confirm_step,
    join,
    refer,
    reword,
    send,
    send_back,
    take_apart,
    withdraw,
)
from firstbell.panels.actions.reports import send_report
from firstbell.panels.actions.room import arrive, break_off, go_to, hold, leave, miss, say, start
from firstbell.panels.actions.sending import deliver, stop_sending
from firstbell.panels.actions.teachers import answer_teacher_form, ask_teacher
from firstbell.panels.actions.telling import remind

__all__ = [
    "accept", "accept_proposal", "add_directive", "add_interpreter", "agree_override", "answer", "answer_teacher_form",
    "arrive", "ask_override", "ask_teacher", "break_off", "call_off", "call_off_day", "change_seats", "check",
    "come_for", "confirm_step", "decide", "deliver", "delivered", "drop_directive", "drop_interpreter", "empty_seats",
    "fill_checks", "fix_day", "follow_up", "go_to", "hold", "invite", "invite_day", "join", "leave", "leave_unsigned",
    "mailed", "miss", "move_hearing", "note_stale", "note_wish", "open_day_again", "plan_day", "read_back", "refer",
    "remind", "report_outcome", "returned", "reword", "say", "send", "send_back", "send_report", "set_hearing", "sign",
    "start", "stop_sending", "take_apart", "unset_hearing", "waive", "withdraw", "withdraw_from",
]  # fmt: skip
