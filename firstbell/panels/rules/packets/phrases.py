"""How the words of a locked note are known again in somebody else's text, without keeping the words.

A phrase is five words in a row of which at least two are not what everybody writes about school; a note of three or
four words is one phrase. What is kept of it is a hash.
"""

import hashlib
import re

LONG, SHORT = 5, 3
_WORD = re.compile(r"\w+")
_COMMON = frozenset(
    """
    a about absent again all an and are as at attendance be because been bus but by call called came class come day days
    did do for friday from go had has have he her him his home i in is it late me missed monday morning mother my no not
    of on or our parent said school she so student that the their them there they this thursday to today told tuesday up
    was we wednesday week well were what when will with would you your
    al clase con de del día días el ella en es escuela está fue ha la las le lo los más me mi muy no nos para pero por
    que se si sin su un una y ya
    """.split()  # noqa: SIM905 - a list of words is read as one
)


def phrases(text: str) -> frozenset[str]:
    """The phrases of a note that is under lock."""
    words = _words(text)
    if len(words) < LONG:
        return frozenset({_hashed(words)}) if len(words) >= SHORT else frozenset()
    rows = (words[at : at + LONG] for at in range(len(words) - LONG + 1))
    return frozenset(_hashed(row) for row in rows if sum(word not in _COMMON for word in row) > 1)


def holds(text: str, locked: frozenset[str]) -> bool:
    """Whether a text holds one of these phrases."""
    if not locked:
        return False
    words = _words(text)
    return any(
        _hashed(words[at : at + size]) in locked
        for size in range(SHORT, LONG + 1)
        for at in range(len(words) - size + 1)
    )


def within(text: str, part: str) -> bool:
    """Whether a text holds these words in a row, whatever their case and signs: a name, an address, a number."""
    mine = _words(part)
    return bool(mine) and f" {' '.join(mine)} " in f" {' '.join(_words(text))} "


def dials(text: str, number: str) -> bool:
    """Whether a text holds these digits in a row, however they are written."""
    return "".join(re.findall(r"\d", number)) in "".join(re.findall(r"\d", text))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _hashed(words: list[str]) -> str:
    return hashlib.sha256(" ".join(words).encode()).hexdigest()
