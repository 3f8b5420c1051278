"""The values of a policy, by group; the files beside this one fill them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

Value = int | bool | tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TruancyRules:
    age_from: int
    age_before: int
    occasions: int
    minutes: int
    minutes_inclusive: bool
    max_per_day: int
    report_any_tardy: bool
    habitual_reports: int
    conference_attempts: int
    juvenile_reports: int
    chronic_percent: int

    def is_long(self, minutes: int) -> bool:
        """Whether minutes missed in one stretch make an occasion: more than 30, or 30 too by the district's choice."""
        return minutes > self.minutes or (self.minutes_inclusive and minutes == self.minutes)


@dataclass(frozen=True, slots=True)
class ChronicRules:
    percent: int
    min_days: int
    on_pace_min_days: int


@dataclass(frozen=True, slots=True)
class FederalRules:
    percent: int
    min_days: int
    half_share: int
    half_day_minutes: int


@dataclass(frozen=True, slots=True)
class BandRules:
    at_risk: int
    moderate: int
    severe: int
    school_high: int
    school_extreme: int
    proficient: int
    basic: int
    below_basic: int


@dataclass(frozen=True, slots=True)
class DashboardRules:
    status_tenths: tuple[int, ...]
    change_tenths: tuple[int, ...]
    min_students: int
    small_below: int


@dataclass(frozen=True, slots=True)
class PrivacyRules:
    hide_at_most: int


@dataclass(frozen=True, slots=True)
class RecoveryRules:
    max_days: int


@dataclass(frozen=True, slots=True)
class CalendarRules:
    late_arrival_days: bool


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything in force from `in_force` on. `cites` and `choices` are keyed "truancy.occasions"."""

    in_force: date
    because: str
    truancy: TruancyRules
    chronic: ChronicRules
    federal: FederalRules
    bands: BandRules
    dashboard: DashboardRules
    privacy: PrivacyRules
    recovery: RecoveryRules
    calendar: CalendarRules
    cites: Mapping[str, str] = field(hash=False)
    choices: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}), hash=False)

    @property
    def version(self) -> str:
        """2025-07-01, or 2025-07-01+district once a district has made choices of its own."""
        return f"{self.in_force}+district" if self.choices else str(self.in_force)

    def cite(self, name: str) -> str:
        """The section behind a value: cite("truancy.occasions") is "EC 48260(a)"."""
        return self.cites[name]
