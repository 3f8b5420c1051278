"""Which room, and which interpreter, once the times are known: rooms are alike, so few changes decide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

from firstbell.panels.rules import scheduling as day
from firstbell.panels.rules.scheduling import Household, Table

MOST = 4
"""Free rooms up to which every order is looked at; beyond, the households take them as they come."""


@dataclass(frozen=True, slots=True)
class Placed:
    household: int
    slot: int
    room: int
    interpreter: str = ""


def placed(table: Table, times: Mapping[int, int]) -> list[Placed]:
    """Households with their slots to rooms and interpreters: each where it was, or where its interpreter or its school
    was just before."""
    by_key = {one.key: one for one in table.households}
    found: list[Placed] = []
    for slot, start in enumerate(day.slots(table)):
        here = [by_key[key] for key, at in sorted(times.items()) if at == slot]
        span = (start, start + table.minutes)
        voices = _voices(table, here, span)
        rooms = [room for room in range(len(table.rooms)) if day.room_free(table, span, room)]
        before = [one for one in found if one.slot == slot - 1]
        chosen = _rooms(here, rooms, voices, before, by_key, start)
        found += [Placed(one.key, slot, room, voices.get(one.key, "")) for one, room in zip(here, chosen, strict=True)]
    return found


def _rooms(
    here: Sequence[Household], rooms: Sequence[int], voices: Mapping[int, str], before: Sequence[Placed],
    by_key: Mapping[int, Household], start: int,
) -> tuple[int, ...]:  # fmt: skip
    if len(rooms) > MOST:
        return tuple(rooms[: len(here)])

    def stays(chosen: tuple[int, ...]) -> int:
        worth = 0
        for one, room in zip(here, chosen, strict=True):
            last = next((other for other in before if other.room == room), None)
            worth += 8 * (one.was == (start, room))
            worth += 4 * bool(last and last.interpreter and last.interpreter == voices.get(one.key))
            worth += 2 * bool(last and by_key[last.household].school == one.school)
        return worth

    return max(permutations(rooms, len(here)), key=lambda chosen: (stays(chosen), [-room for room in chosen]))


def _voices(table: Table, here: Sequence[Household], span: day.Span) -> dict[int, str]:
    """An interpreter for each who needs one: a matching by augmenting paths, which the solver has seen to be there."""
    free = [one for one in table.interpreters if day.voice_free(table, one, span)]
    taken: dict[str, int] = {}
    by_key = {one.key: one for one in here}

    def find(one: Household, tried: set[str]) -> bool:
        for voice in free:
            if one.language in voice.languages and voice.name not in tried:
                tried.add(voice.name)
                if voice.name not in taken or find(by_key[taken[voice.name]], tried):
                    taken[voice.name] = one.key
                    return True
        return False

    for one in here:
        if one.language and not find(one, set()):
            raise ValueError(f"no interpreter for {one.name} at {day.clock(span[0])}")
    return {key: name for name, key in taken.items()}
