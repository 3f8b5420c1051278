"""What is wrong with a packet: one rule, where it is broken, and how to mend it. The rules by name, as data."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """`title` says what is wrong, `remedy` what to do. Without `blocks` it is advice; with `never` not even a draft of
    such a packet is kept."""

    title: str
    remedy: str
    section: str = ""
    blocks: bool = True
    never: bool = False


_AGAIN = "Make a new version."
_BAD = "Do not give it out. Make a new version."
RULES: Mapping[str, Rule] = {
    # -- whose it is
    "wrong_student": Rule("It tells of another student", _BAD, "EC 49076", never=True),
    "wrong_school": Rule("It names another school", _AGAIN),
    "wrong_year": Rule("It tells of another school year", _AGAIN, "EC 37200"),
    "moved": Rule("The student is at another school now", "Ask whether this panel still meets.", blocks=False),
    # -- who may read it
    "wrong_audience": Rule("It holds what this audience may not read", _AGAIN, "EC 49076", never=True),
    "missing_field": Rule("What this audience must be told is missing", "Complete the record first."),
    "missing_section": Rule("A section is missing", _AGAIN),
    "section_order": Rule("The sections stand in another order", _AGAIN),
    "untranslated": Rule("It is not in the family's language", "Make it in the family's language.", "EC 48985"),
    "no_cover": Rule("The page that offers an interpreter is missing", _AGAIN, "EC 48985"),
    "interpreter": Rule(
        "There is no approved wording in the family's language", "Read it to the family with an interpreter.",
        "EC 48985", blocks=False,
    ),
    # -- what it rests on
    "unlinked": Rule("A sentence rests on no record", _AGAIN),
    "manifest": Rule("The list of records is not whole", _AGAIN),
    "altered": Rule("The words do not say what the values say", _AGAIN),
    "misquoted": Rule("A sentence says otherwise than its record", _AGAIN),
    "left_out": Rule("A record that this audience is given is left out", _AGAIN),
    "stale": Rule("A record was changed since", _AGAIN),
    "gone": Rule("A record was taken back since", _AGAIN),
    # -- order and days
    "order": Rule("The days are not in order", _AGAIN),
    "after_made": Rule("A day lies after the packet", "Correct the day in its record, then make a new version."),
    "outside_year": Rule("A day lies outside the school year", "Correct the day in its record.", "EC 37200"),
    "twice": Rule("The same thing is told twice", _AGAIN),
    "sums": Rule("The figures do not add up to the days told", _AGAIN),
    "undecided": Rule(
        "A reason was given for a day and nobody has decided on it", "Decide on it first: clear, then classify.",
        "EC 48260(c)",
    ),
    # -- the chain of the law
    "chain_report": Rule("A report does not stand", "Withdraw it, and tell the family.", "EC 48261"),
    "chain_notice": Rule("A notice does not stand", "Withdraw it, and tell the family.", "EC 48260.5"),
    "chain_meeting": Rule("An attempt at a conference came before a report", "It does not count: try again.",
                          "EC 48262"),
    "chain_referral": Rule("The referral came before what it needs", "Withdraw the referral.", "EC 48263"),
    "chain_told": Rule("A step that stands is told as fallen", _AGAIN),
    "evidence": Rule("A report names a day that the packet does not show", _AGAIN, "EC 48260"),
    "referral_missing": Rule("No referral is among the steps", "Confirm the referral as a step first.", "EC 48263"),
    # -- proof
    "notice_unproven": Rule("Nothing shows that a letter arrived", "Record how it was sent, or send it.", "EC 48260.5"),
    "notice_returned": Rule("A letter came back and reached nobody", "Send it again to an address that is right."),
    "notice_rescinded": Rule("A letter that was rescinded is told as sent", _AGAIN),
    "notice_missing": Rule("The notice of the referral is not among the letters", "Issue it first.", "EC 48263(a)"),
    "notice_fields": Rule("The notice of the referral lacks one of its four parts", "Issue a whole one.",
                          "EC 48263(a)"),
    "help_missing": Rule("Nothing is told that the school did to help", "Help comes first; log it.", "EC 48263(a)"),
    # -- what is never told
    "locked_words": Rule(
        "Words of a note that this audience may not read stand in another record",
        "Take the entry back, and write it again without them.", "EC 49602", never=True,
    ),
    "blind": Rule(
        "Words under lock cannot be compared now", "Ask the engineer to restore the ring of keys from its backup.",
        "EC 49602", never=True,
    ),
    "note_consent": Rule("A note is told without a named consent", "Record who consented, or leave it out.", "EC 49075",
                         never=True),
    "restricted_address": Rule(
        "An address or number under a restriction stands in it", "Write that entry again without it.", "EC 49061",
        never=True,
    ),
    "address_withheld": Rule(
        "The address that EC 48263.5 asks for is under a restriction",
        "Ask the director: another parent's address is told, or the notice goes out by hand.", "EC 48263.5",
    ),
    "other_child": Rule("It names another child", "Write that entry again without the name.", "EC 49076", never=True),
    "confidential_day": Rule("It shows the code of an excused day", _AGAIN, "EC 46010.1", never=True),
    "status": Rule("It speaks of somebody's immigration status", "Write that entry again without it.", "EC 234.7",
                   never=True),
    "number": Rule("It holds what looks like a Social Security number", "Write that entry again without it.",
                   "EC 49076.7", never=True),
    "health": Rule("It speaks of health", "Say it without the reason.", "EC 49602", never=True),
    "small_cell": Rule("A figure tells of ten students or fewer", _AGAIN, "34 CFR 99", never=True),
    "threat": Rule("It threatens", "Say what would help instead.", "EC 48260.5", blocks=False),
    # -- the paper
    "hash": Rule("The content is not what was made", _BAD),
    "paper": Rule("The PDF is not what was made", _BAD),
    "pages": Rule("Pages are missing or too many", _BAD),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Complaint:
    """One finding: the rule, where in the packet, and what was found there."""

    rule: str
    where: str
    found: str

    @property
    def blocks(self) -> bool:
        return RULES[self.rule].blocks

    @property
    def never(self) -> bool:
        return RULES[self.rule].never

    @property
    def title(self) -> str:
        return RULES[self.rule].title

    @property
    def remedy(self) -> str:
        return RULES[self.rule].remedy

    @property
    def section(self) -> str:
        return RULES[self.rule].section

    def __str__(self) -> str:
        at = f"{self.where}: " if self.where else ""
        return f"{at}{self.title[0].lower() if at else self.title[0]}{self.title[1:]} ({self.found}). {self.remedy}"


def short(text: str, most: int = 70) -> str:
    """The beginning of a sentence, to find it by."""
    return text if len(text) <= most else f"{text[:most].rpartition(' ')[0]} …"


def blocking(found: Iterable[Complaint]) -> list[Complaint]:
    return [one for one in found if one.blocks]
