"""A plan is refused when no district could follow it, and everything random comes from its seed."""

import re
from datetime import date

import pytest

from firstbell.practice import Plan, people, write
from firstbell.practice.schools import regions


@pytest.mark.parametrize(
    ("wishes", "complaint"),
    [
        ({"schools": 5}, "6 schools or more"),
        ({"students": 239}, "12 schools need 20 students each"),
        ({"students": 5_000_001}, "at most 5,000,000"),
        ({"regions": 0}, "0 regions"),
        ({"regions": 13}, "13 regions"),
        ({"today": date(2025, 11, 3)}, "second half"),
        ({"today": date(2026, 7, 1)}, "second half"),
        ({"year": 2027}, "second half"),
    ],
)
def test_an_impossible_plan_is_refused(wishes, complaint):
    with pytest.raises(ValueError, match=complaint):
        Plan(**wishes)


@pytest.mark.parametrize("day", [date(2025, 6, 30), date(2026, 7, 1)])
def test_an_evening_outside_the_year_is_refused(tmp_path, day):
    with pytest.raises(ValueError, match="outside the school year 2025-2026"):
        write(Plan(students=300), tmp_path, as_of=day)


def test_streams_are_independent_of_each_other_and_of_use():
    plan = Plan()
    first = plan.rng("a").random(3).tolist()
    plan.rng("b").random(100)
    assert plan.rng("a").random(3).tolist() == first
    assert plan.rng("a", 1).random(3).tolist() != first
    assert Plan(seed=2).rng("a").random(3).tolist() != first


@pytest.mark.parametrize("schools", [6, 12, 40, 1000])
def test_every_level_and_every_region_has_schools(schools):
    plan = Plan(students=schools * 40, schools=schools)
    every = people(plan)
    assert len(every) == schools
    assert {s.level for s in every} == {"elementary", "middle", "high", "continuation", "span"}
    assert {s.region for s in every} == {key for key, _ in regions(plan)}
    assert len({s.name for s in every}) == len({s.key for s in every}) == schools


def test_school_names_say_their_level_and_nothing_odd():
    for school in people(Plan(students=60_000, schools=1500)):
        assert re.fullmatch(
            r"[A-Z][a-z]+ [A-Z][a-z]+( 2)? (Elementary|Middle|(Continuation )?High|TK-8) School", school.name
        )


def test_regions_beyond_the_named_ones_are_numbered():
    names = [name for _, name in regions(Plan(students=2000, schools=20, regions=10))]
    assert names[0] == "Region North"
    assert names[8:] == ["Region 9", "Region 10"]
