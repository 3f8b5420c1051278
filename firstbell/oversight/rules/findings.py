"""How a finding goes: what may follow what, and who may do it. Pure."""

from firstbell.cases.rules import refusal

STATES = {
    "open": "Open", "planned": "Corrective plan agreed", "done": "Steps done, to be reviewed",
    "signed_off": "Signed off", "withdrawn": "Withdrawn", "appealed": "Appealed", "overturned": "Overturned",
}  # fmt: skip
OPEN = ("open", "planned", "done", "appealed")
MOVES = {
    ("open", "plan"): "planned",
    ("planned", "plan"): "planned",
    ("planned", "finish"): "done",
    ("done", "reopen"): "planned",
    ("done", "sign_off"): "signed_off",
    ("open", "withdraw"): "withdrawn",
    ("planned", "withdraw"): "withdrawn",
    ("done", "withdraw"): "withdrawn",
    ("open", "appeal"): "appealed",
    ("planned", "appeal"): "appealed",
    ("done", "appeal"): "appealed",
    ("appealed", "overturn"): "overturned",
}
"""An appeal that is upheld goes back to where the finding stood: that is not in the table, but on the appeal."""
WORDS = {
    "find": "found", "plan": "plan agreed", "finish": "steps done", "reopen": "more to do", "sign_off": "signed off",
    "withdraw": "withdrawn", "appeal": "appealed", "uphold": "appeal heard, stands", "overturn": "overturned",
    "answer": "answered", "step": "step done",
}  # fmt: skip


def after(state: str, move: str) -> str:
    """The state that follows. NotAllowed, saying where the finding stands and what could be done instead."""
    try:
        return MOVES[state, move]
    except KeyError:
        may = ", ".join(WORDS[one] for was, one in MOVES if was == state) or "nothing any more"
        raise refusal(
            f"This finding is {STATES[state].lower()}: it cannot be {WORDS[move]} now. What may follow: {may}."
        ) from None
