"""The funds that may pay a counselor, each with its rules as data. The TOML files of this folder tell it.

A district changes a file, not code: what a fund forbids is refused by `rules.purchases` in the words of `why`.
Start at FUNDS.
"""

import tomllib
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class Fund:
    """One fund. `code` is the district's program code. `federal`: 2 CFR 200 asks for proof of the time.

    `min_tenths` is the least share of a position it pays, `step` what a share is a multiple of; `alone` means that it
    shares a position with no other fund, `never_with` names those it may not share one with. `students`: who may be
    served must be named; `plan_page`: the school plan must say so. `monthly_report`: an activity report is owed.
    """

    key: str
    name: str
    code: str
    federal: bool
    min_tenths: int
    step: int
    alone: bool
    never_with: tuple[str, ...]
    students: bool
    plan_page: bool
    monthly_report: bool
    why: str


def _read() -> dict[str, Fund]:
    files = sorted(resources.files(__name__).iterdir(), key=lambda one: one.name)
    told = {one.name[:-5]: tomllib.loads(one.read_text("utf-8")) for one in files if one.name.endswith(".toml")}
    made = {
        key: Fund(key=key, **table | {"never_with": tuple(table.get("never_with", ()))}) for key, table in told.items()
    }
    return dict(sorted(made.items(), key=lambda one: (one[1].federal, one[1].name)))


FUNDS: dict[str, Fund] = _read()
