"""How long the truancy ladder of a whole district takes: every student's occasions and steps judged, a line for each.

    python -m benchmarks.ladder --students 430000

One student in ten has three occasions or more, and of these four in ten have steps, some on days since excused.
"""

import argparse
import random
import sys
import time
from datetime import date, timedelta

from firstbell.cases.rules import Line, line, stand
from firstbell.law.policy import policy_on
from firstbell.law.steps import Step, StepKind

FIRST, ON = date(2025, 8, 14), date(2026, 5, 12)
DAYS = [day for n in range((ON - FIRST).days) if (day := FIRST + timedelta(n)).weekday() < 5]
BAR = 5.0
History = tuple[list[date], list[Step]]


def district(students: int, seed: int = 1) -> list[History]:
    """The occasions and the steps of each student."""
    chance = random.Random(seed)
    return [_history(chance) for _ in range(students)]


def _history(chance: random.Random) -> History:
    luck = chance.random()
    if luck < 0.7:
        return [], []
    if luck < 0.9:
        return sorted(chance.sample(DAYS, chance.randint(1, 2))), []
    days = sorted(chance.sample(DAYS, chance.randint(3, 14)))
    return days, _steps(days, chance) if luck > 0.96 else []


def _steps(days: list[date], chance: random.Random) -> list[Step]:
    """A report on the third day, a notice, and for some a conference and more reports; one day may be excused since."""
    steps = [Step(StepKind.REPORT, days[2], 1, tuple(days[:3]), key=1), Step(StepKind.NOTICE, days[2], 1, key=2)]
    if chance.random() < 0.5:
        steps.append(Step(StepKind.ATTEMPT, days[2], key=3))
    steps += [Step(StepKind.REPORT, day, n, (day,), key=n + 2) for n, day in enumerate(days[3:6], start=2)]
    if chance.random() < 0.2:
        days.pop(chance.randrange(len(days)))
    return steps


def climb(histories: list[History]) -> list[Line]:
    """What the nightly review asks of the law."""
    policy = policy_on(ON)
    lines = []
    for occasions, steps in histories:
        found = stand(occasions, steps, policy, on=ON, unexcused_days=len(occasions), schooldays=len(DAYS))
        if found is not None:
            lines.append(line(found, len(occasions), ON))
    return lines


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--students", type=int, default=430_000)
    asked = options.parse_args()
    histories = district(asked.students)
    began = time.perf_counter()
    lines = climb(histories)
    seconds = time.perf_counter() - began
    hollow = sum(one.hollow_steps for one in lines)
    print(
        f"{asked.students:,} students: {len(lines):,} ladders, {hollow:,} hollow steps, {seconds:.2f} s (bar {BAR} s)"
    )
    sys.exit(0 if seconds < BAR else 1)


if __name__ == "__main__":
    main()
