"""Who reads what of a packet, as data: which sections in which order, which kinds of information, what must be there.

The panel: EC 49076(a)(1)(A). The family: its own records, EC 49069.7. The district attorney or mediation: the fields of
EC 48263.5 and the evidence of a truancy case, EC 49076(a)(1)(G). What is on nobody's list is told to nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Audience:
    """`sections` in their order; `tells` are kinds of information (`Sentence.tells`); `needs` those of the first lines
    without which the copy is none; `helps` are the kinds of help that are told. `basis` is the section it is given
    under. `own_language`: it is for the home."""

    key: str
    basis: str
    sections: tuple[str, ...]
    about: tuple[str, ...]
    tells: frozenset[str]
    needs: frozenset[str]
    helps: frozenset[str]
    own_language: bool = False


def _audience(
    key: str, basis: str, *, sections: str, about: str, tells: str, needs: str, helps: str, own_language: bool = False
) -> Audience:
    first = tuple(about.split())
    told = frozenset((*tells.split(), *first))
    return Audience(
        key, basis, tuple(sections.split()), first, told, frozenset(needs.split()), frozenset(helps.split()),
        own_language,
    )  # fmt: skip


_SEEN = "attendance_team sspt sart resource_panel sarb plan visit conference"
"""Help that the home took part in or was told of. That a student sees a counselor is theirs to tell (EC 49602)."""


AUDIENCES: Mapping[str, Audience] = {
    one.key: one
    for one in (
        _audience(
            "panel", "EC 49076(a)(1)(A)",
            sections="words strengths why months codes days ladder notices contacts tried plan promises teachers notes"
            " profile",
            about="name grade school language panel ground referred through",
            tells="asked strengths teacher.strengths why months codes day day.code step notice notice.to contact"
            " contact.words help plan plan.barriers promise teacher note profile",
            needs="name grade school panel ground referred through",
            helps=f"{_SEEN} family individual group",
        ),
        _audience(
            "family", "EC 49069.7",
            sections="words strengths why months days ladder notices contacts tried plan promises",
            about="name grade school panel through",
            tells="asked strengths ground why months day step notice contact help plan promise",
            needs="name grade school panel through",
            helps=f"{_SEEN} family",
            own_language=True,
        ),
        _audience(
            "attorney", "EC 48263.5",
            sections="determinations ladder days tried",
            about="name parent address",
            tells="determination step day help",
            needs="name parent address",
            helps=_SEEN,
        ),
    )
}  # fmt: skip

NEVER = frozenset({"day.reason", "program", "health", "sealed", "contact.number", "birthday", "status"})
"""Kinds of information that no audience is ever given. They are on no list; a check names them all the same."""

RECORDS: Mapping[str, frozenset[str]] = {
    "panel": frozenset({
        "attendance", "roster", "referral", "panel", "step", "notice", "entry", "plan", "promise", "session", "group",
        "meeting", "hearing", "teacher", "note", "profile",
    }),
    "family": frozenset({
        "attendance", "roster", "referral", "panel", "step", "notice", "entry", "plan", "promise", "session", "meeting",
        "hearing",
    }),
    "attorney": frozenset({
        "attendance", "roster", "parent", "step", "entry", "meeting", "hearing", "plan", "decision",
    }),
}  # fmt: skip
"""Which records an audience's sentences may rest on, by the kind in a source's key."""
