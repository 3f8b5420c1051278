"""How long the proposal of a full hearing day takes, and how far from the best possible it is.

    python -m benchmarks.docket --days 10

Every day is invented from its number: 24 households of six schools, each with a counselor who comes along, three in six
with an interpreter, some with a wish or a member who may not judge; eight members, two of them for attendance, and two
rooms from 8:30 am on. Odd days are full to the last slot, even days have a slot less than they need, and say why. The
bar is five seconds a day.
"""

import argparse
import random
import time

from firstbell.panels.rules.scheduling import Household, Plan, Sitter, Table, Voice, plan

BAR = 5.0
HOUSEHOLDS, ROOMS, OPENS, MINUTES = 24, 2, 8 * 60 + 30, 45
SEATS = (
    "attendance",
    "attendance",
    "parent",
    "probation",
    "welfare",
    "law_enforcement",
    "health_care",
    "mental_health",
)


def day(number: int) -> Table:
    """A day of this number; the same number is the same day."""
    chance = random.Random(number)
    slots = HOUSEHOLDS // ROOMS - (number % 2 == 0)
    closes = OPENS + slots * MINUTES
    whole = ((OPENS, closes),)
    return Table(
        opens=OPENS, closes=closes, minutes=MINUTES, rooms=("Room 4", "Room 5"),
        households=tuple(_household(chance, key) for key in range(1, HOUSEHOLDS + 1)),
        members=tuple(Sitter(key, f"Member {key}", seat, -key, whole) for key, seat in enumerate(SEATS, start=1)),
        must=("attendance",), quorum=4,
        interpreters=(Voice("Ana", frozenset({"es"}), whole), Voice("Davit", frozenset({"hy"}), whole)),
    )  # fmt: skip


def _household(chance: random.Random, key: int) -> Household:
    school = chance.randrange(1, 7)
    return Household(
        key=key, name=f"Household {key}", family=key, school=school, waited=chance.randrange(5, 60),
        language=chance.choice(["", "", "", "es", "es", "hy"]), attends=frozenset({1000 + school}),
        recused=frozenset({chance.randrange(3, 9)} if chance.random() < 0.15 else ()),
        wish=chance.choice(["", "", "morning", "afternoon"]),
    )  # fmt: skip


def told(made: Plan) -> str:
    return ", ".join(
        f"{one.stage} {'proven best' if one.proven else f'within {100 * one.gap:.1f} %'}" for one in made.efforts
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=10)
    days = parser.parse_args().days
    plan(day(0), effort=0.01)  # the solver itself is loaded once for a process
    walls, loads = [], []
    for number in range(1, days + 1):
        table = day(number)
        wall, processor = time.perf_counter(), time.process_time()
        made = plan(table)
        walls.append(time.perf_counter() - wall)
        loads.append(time.process_time() - processor)
        print(
            f"day {number:>3}: {len(made.sittings)} of {HOUSEHOLDS} heard in {walls[-1]:.2f} s ({loads[-1]:.2f} s of"
            f" processor); {told(made)}"
        )
        for one in made.unheard:
            print(f"         household {one.household}: {' '.join(one.why)}")
    slow = sum(one > BAR for one in walls)
    print(f"longest {max(walls):.2f} s, {max(loads):.2f} s of processor; {slow} of {days} over {BAR:.0f} s")


if __name__ == "__main__":
    main()
