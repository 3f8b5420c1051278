"""What people do in a case, and what the night finds in all of them."""

from firstbell.cases.actions.bulk import cancel_bulk, carry_out, give_up, plan_bulk, start_bulk, undo_bulk
from firstbell.cases.actions.cases import close, figures_of, follow_students, name_adult, open_case, reopen, set_tier
from firstbell.cases.actions.drafts import forget_draft, keep_draft
from firstbell.cases.actions.entries import Next, log, undo
from firstbell.cases.actions.households import lead_household
from firstbell.cases.actions.notes import Careful, turn_keys, write_note
from firstbell.cases.actions.steps import Reviewed, review, take_back, take_step, withdraw
from firstbell.cases.actions.tasks import ask, claim, drop, finish, put_off, snooze
from firstbell.cases.actions.triggers import Pulled, draft_ladder, pull_triggers, replace_triggers, retire, switch_on

__all__ = [
    "Careful", "Next", "Pulled", "Reviewed", "ask", "cancel_bulk", "carry_out", "claim", "close", "draft_ladder",
    "drop", "figures_of", "finish", "follow_students", "forget_draft", "give_up", "keep_draft", "lead_household",
    "log", "name_adult", "open_case", "plan_bulk", "pull_triggers", "put_off", "reopen", "replace_triggers", "retire",
    "review", "set_tier", "snooze", "start_bulk", "switch_on", "take_back", "take_step", "turn_keys", "undo",
    "undo_bulk", "withdraw", "write_note",
]  # fmt: skip
