"""Why a household is not heard: the smallest set of rules that would have to give way, each said in words.

The solver is asked again with rules that may be broken group by group, at a price: what comes back cheapest is named.
"""

from collections.abc import Collection, Sequence

from firstbell.panels.rules import scheduling as day
from firstbell.panels.rules.scheduling import Household, Table, Unheard, clock
from firstbell.panels.rules.solving import Group, build, run

PRICES = {"recused": 8, "family": 9, "language": 10, "attends": 11, "must": 12, "quorum": 13, "time": 15}
"""What it costs to break a group of rules: any one is cheaper than any two; what is mended soonest is named first."""
EFFORT = 0.4
"""Work in the solver's units for one household."""
MOST = 6
"""Different reasons that are looked for; further households are told what they have in common with these."""


def unheard(table: Table, heard: Collection[int], *, seed: int, until: float) -> tuple[Unheard, ...]:
    """Everybody who is not among `heard`, with the reasons that were found by `until` on the monotonic clock."""
    found: dict[tuple[object, ...], tuple[str, ...]] = {}
    told = []
    for one in table.households:
        if one.key in heard:
            continue
        if one.too_soon:
            told.append(Unheard(one.key, (one.too_soon,)))
            continue
        alike = (one.language, one.attends, one.recused, one.family if _shares(table, one) else 0)
        if alike not in found:
            found[alike] = _why(table, heard, one, seed, until) if len(found) < MOST else (_capacity(table),)
        told.append(Unheard(one.key, found[alike]))
    return tuple(told)


def _shares(table: Table, one: Household) -> bool:
    others = (other.family for other in (*table.households, *table.kept) if other is not one)
    return one.family in others


def _why(table: Table, heard: Collection[int], one: Household, seed: int, until: float) -> tuple[str, ...]:
    """What bars it even alone; otherwise what bars it beside those who are heard."""
    if not day.slots(table):
        return (f"No hearing of {table.minutes} minutes fits between {clock(table.opens)} and {clock(table.closes)}.",)
    for whom in ([one], [*(other for other in table.households if other.key in heard), one]):
        broken = _broken(table, whom, seed, until, longer=len(whom) > 1)
        if broken is None:
            return ("Not every way was tried in the time there is: set it by hand, or ask for a proposal again.",)
        if broken:
            return tuple(_words(table, group, whom) for group in broken)
    return (_capacity(table),)


def _broken(table: Table, whom: Sequence[Household], seed: int, until: float, *, longer: bool) -> list[Group] | None:
    """The cheapest groups of rules without which all of these are heard; None where the work allowed did not say."""
    made = build(table, whom, relaxing=True, longer=longer)
    for one in whom:
        made.cp.add(made.held(one.key) + made.outside.get(one.key, 0) == 1)
    made.cp.minimize(sum(PRICES[group[0]] * literal for group, literal in made.broken.items()))
    found = run(made, "why", seed=seed, effort=EFFORT, until=until)
    if found is None:
        return None
    broken = [group for group, literal in made.broken.items() if found[0].value(literal)]
    return sorted(broken, key=lambda group: (PRICES[group[0]], str(group[1])))


def _words(table: Table, group: Group, whom: Sequence[Household]) -> str:
    kind, about = group
    match kind:
        case "language":
            return _language(table, str(about), whom)
        case "must":
            return _must(table, str(about))
        case "quorum":
            return _quorum(table)
        case "attends":
            return _attends(table, int(about), whom)
        case "recused":
            names = " and ".join(one.name for one in table.members if one.key in whom[-1].recused)
            return f"{names} may not judge in this case, and without them there is no quorum at any free time."
        case "family":
            return "The other hearings of this household take every time that is left for it."
    return _capacity(table)


def _free_when(table: Table, free: Sequence[bool]) -> str:
    """When something is missing, of the day's slots: "on this day", "after 10:30 am"; empty where it never is."""
    starts = day.slots(table)
    there = [number for number, is_free in enumerate(free) if is_free]
    if not there:
        return "on this day"
    if len(there) == len(starts):
        return ""
    first, last = there[0], there[-1]
    if len(there) == last - first + 1:
        if first == 0:
            return f"after {clock(starts[last] + table.minutes)}"
        if last == len(starts) - 1:
            return f"before {clock(starts[first])}"
        return f"before {clock(starts[first])} or after {clock(starts[last] + table.minutes)}"
    return "at " + ", ".join(clock(starts[number]) for number, is_free in enumerate(free) if not is_free)


def _spans(table: Table) -> list[day.Span]:
    return [(start, start + table.minutes) for start in day.slots(table)]


def _language(table: Table, language: str, whom: Sequence[Household]) -> str:
    words = table.tongues.get(language, language)
    voices = [one for one in table.interpreters if language in one.languages]
    if not voices:
        return f"There is no interpreter for {words} on this day."
    when = _free_when(table, [any(day.voice_free(table, one, span) for one in voices) for span in _spans(table)])
    if when and not any(_open(table, span) and any(day.voice_free(table, one, span) for one in voices)
                        for span in _spans(table)):  # fmt: skip
        return f"No interpreter for {words} is free {when}, and the rooms are taken at the other times."
    need = sum(one.language == language for one in whom)
    have = "one interpreter is" if len(voices) == 1 else f"{len(voices)} interpreters are"
    free = f" None is free {when}." if when else ""
    return f"{need} families need {words}, and {have} in one room at a time.{free}"


def _open(table: Table, span: day.Span) -> bool:
    return any(day.room_free(table, span, room) for room in range(len(table.rooms)))


def _must(table: Table, seat: str) -> str:
    words = table.seats.get(seat, seat)
    members = [one for one in table.members if one.seat == seat]
    free = [sum(day.member_free(table, one, span) for one in members) for span in _spans(table)]
    if when := _free_when(table, [number > 0 for number in free]):
        return f"No member for the seat “{words}” is free {when}, and the quorum needs one."
    return f"The quorum needs a member for the seat “{words}” in every room; only {min(free)} is free at a time."


def _quorum(table: Table) -> str:
    free = [sum(day.member_free(table, one, span) for one in table.members) for span in _spans(table)]
    if when := _free_when(table, [number >= table.quorum for number in free]):
        return f"The quorum is {table.quorum} members; {_most(free)} free {when}."
    rooms = len(table.rooms)
    return (
        f"The quorum is {table.quorum} members in each room; {min(free)} are free at a time, too few for {rooms} rooms"
        " at once."
    )


def _most(free: Sequence[int]) -> str:
    least = min(free)
    return "only one is" if least == 1 else "nobody is" if least == 0 else f"only {least} are"


def _attends(table: Table, person: int, whom: Sequence[Household]) -> str:
    name = table.people.get(person, "Who referred")
    for one in table.elsewhere:
        if one.person == person:
            return (
                f"{name}, who referred, is {one.where} from {clock(one.span[0])} to {clock(one.span[1])}, the way"
                " included."
            )
    number = sum(person in one.attends for one in whom)
    if number > 1:
        return f"{name} referred {number} of these families and can be in one room at a time."
    return f"{name}, who referred, is in another hearing at every time that is left."


def _capacity(table: Table) -> str:
    """How many hearings the day still holds, by its rooms and by the members who are free at each time."""
    spans, rooms = _spans(table), range(len(table.rooms))
    free = [sum(day.room_free(table, span, room) for room in rooms) for span in spans]
    held = [min(one, _benches(table, span)) for one, span in zip(free, spans, strict=True)]
    where = table.rooms[0] if len(rooms) == 1 else f"{len(rooms)} rooms"
    hearings = "1 hearing fits" if sum(held) == 1 else f"{sum(held)} hearings fit"
    return (
        f"{hearings} between {clock(table.opens)} and {clock(table.closes)} in {where}"
        f"{' beside those that are set' if table.kept else ''}"
        f"{' with the members who are free then' if held != free else ''}, and those who wait longer come first."
    )


def _benches(table: Table, span: day.Span) -> int:
    """How many panels with a quorum the members who are free can make at once."""
    free = [one for one in table.members if day.member_free(table, one, span)]
    seats = [sum(one.seat == seat for one in free) for seat in table.must]
    return min([len(free) // max(table.quorum, len(table.must), 1), *seats])
