"""Worked examples: each case of a section, decided by the law's own functions when a page is opened."""

from collections.abc import Mapping
from dataclasses import dataclass

from firstbell.law.policy import Policy
from firstbell.law.sections import Section
from firstbell.library.examples import attendance, programs, records, truancy
from firstbell.library.examples.telling import Case, Line

CASES: Mapping[str, Case] = attendance.CASES | truancy.CASES | records.CASES | programs.CASES
"""By the case a section names (`Section.case`)."""


@dataclass(frozen=True)
class Worked:
    """A section's example in words, and what the engine makes of it under the policy of that version."""

    told: str
    lines: list[Line]
    policy: str


def worked(section: Section, policy: Policy) -> Worked | None:
    """None for a section without an example. KeyError for a case that nobody has written down here."""
    if not section.case:
        return None
    return Worked(section.example, list(CASES[section.case](policy)), policy.version)
