"""The state's yearly absence summary of a student at a school (CALPADS, record type STAS) and its own checks."""

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from firstbell.law.chronic import absent_days
from firstbell.law.findings import Reason
from firstbell.law.policy import Policy


@dataclass(frozen=True, slots=True)
class AbsenceSummary:
    """Days of one student, school and year; the field number of each stands beside it."""

    expected: Decimal  # 13.15
    in_person: Decimal = Decimal(0)  # 13.16, without suspension in school and independent study
    oss: Decimal = Decimal(0)  # 13.17
    iss: Decimal = Decimal(0)  # 13.18
    excused: Decimal = Decimal(0)  # 13.19
    unexcused: Decimal = Decimal(0)  # 13.20
    non_ada_study: Decimal = Decimal(0)  # 13.21
    ada_study: Decimal = Decimal(0)  # 13.22
    recovered: Decimal = Decimal(0)  # 13.24, since 2025-26

    @property
    def absent(self) -> Decimal:
        """Absences that count as chronic absence (EC 60901(c)(1))."""
        return Decimal(absent_days(self.excused, self.unexcused, self.oss, self.non_ada_study))


def whole_days(days: Decimal) -> int:
    """Days as a whole-day school reports them: half-day suspensions are not reported, 2.50 is 2."""
    return int(days.to_integral_value(ROUND_FLOOR))


def problems(summary: AbsenceSummary, policy: Policy) -> tuple[Reason, ...]:
    """The checks the state would fail this record on; empty when it would be taken."""
    s = summary
    found: list[Reason] = []
    parts = s.in_person + s.oss + s.iss + s.excused + s.unexcused + s.non_ada_study + s.ada_study
    if parts != s.expected:
        found.append(Reason("CALPADS STAS0318", f"The days add up to {parts}, but {s.expected} were expected."))
    room = s.expected - s.in_person - s.iss
    if s.non_ada_study > room:
        over = f"{s.non_ada_study} days of unfinished independent study, but only {room} days are left for it."
        found.append(Reason("CALPADS STAS0311", over))
    if s.recovered != whole_days(s.recovered) or not 0 <= s.recovered <= policy.recovery.max_days:
        limit = f"{s.recovered} recovered days; it must be a whole number from 0 to {policy.recovery.max_days}."
        found.append(Reason("CALPADS STAS0739", limit))
    return tuple(found)
