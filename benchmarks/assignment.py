"""How near the best possible the assignment of a large district's counselors comes, and how long it takes.

    python -m benchmarks.assignment --districts 3

Each district is invented from its number: 400 people, 1,000 schools in 20 regions that bought more half days than the
people have. The bound is the physical limit in the same run: what no assignment can pass, by minimum cost flow over all
400,000 pairs. The bar is 60 seconds, within 2 % of the bound.
"""

import argparse
import random
import time

from firstbell.staffing.rules.assignment import Person, Wanted, plan

SCHOOLS, PEOPLE, REGIONS, BAR = 1000, 400, 20, 60.0
TONGUES = ["es", "hy", "zh-Hans"]


def district(number: int) -> tuple[list[Wanted], list[Person]]:
    """What is bought and who there is; the same number is the same district."""
    chance = random.Random(number)
    wants = [_wanted(chance, key) for key in range(SCHOOLS)]
    return wants, [_person(chance, key, wants) for key in range(PEOPLE)]


def _some(chance: random.Random, of, most: int) -> frozenset:
    return frozenset(chance.sample(of, chance.randrange(most + 1)))


def _wanted(chance: random.Random, key: int) -> Wanted:
    return Wanted(
        key=key, school=key, region=key % REGIONS, halves=chance.choice([1, 2, 2, 2, 3, 4, 4, 4, 5, 6, 10]),
        need=chance.randrange(101), days=_some(chance, range(5), 3), languages=_some(chance, TONGUES, 1),
    )  # fmt: skip


def _person(chance: random.Random, key: int, wants: list[Wanted]) -> Person:
    region = key % REGIONS
    free = range(10) if chance.random() < 0.8 else range(chance.choice([4, 5, 6, 8]))
    return Person(
        key=key, free=frozenset(free), region=region, languages=_some(chance, TONGUES, 1),
        was_at=_some(chance, [one.school for one in wants if one.region == region], 3),
    )  # fmt: skip


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--districts", type=int, default=3)
    asked.add_argument("--seconds", type=float, default=30.0)
    told = asked.parse_args()
    for number in range(1, told.districts + 1):
        wants, people = district(number)
        began = time.perf_counter()
        made = plan(wants, people, seed=number, seconds=told.seconds)
        took = time.perf_counter() - began
        bought, had = sum(one.halves for one in wants), sum(len(one.free) for one in people)
        unmet = sum(one.halves for one in made.unmet)
        print(
            f"district {number}: {bought:,} half days bought, {had:,} there are; {unmet} unmet;"
            f" {len(made.placed):,} placements; value {made.value:,} of {made.bound:,}, gap"
            f" {made.gap_permille / 10} %; {took:.1f} s (bar {BAR:.0f} s, 2 %)"
        )


if __name__ == "__main__":
    main()
