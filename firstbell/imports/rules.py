"""Surprises: what makes an import stop for a person. Pure decisions over counts and dates."""

from dataclasses import asdict, dataclass
from datetime import datetime

SHRINK_PERCENT = 5


@dataclass(frozen=True)
class Surprise:
    """Something about the whole delivery that a person must look at before it is applied."""

    rule: str
    expected: str
    found: str
    remedy: str

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


def surprises(
    *, students: int, students_before: int, new_schools: list[str], schools_before: int,
    as_of: datetime, last_as_of: datetime | None, now: datetime, year: int, year_of_as_of: int,
) -> list[Surprise]:  # fmt: skip
    """The surprises of one delivery, worst first. Over 5 % fewer students is counted in integers."""
    found = []
    if year != year_of_as_of and year + 1 != year_of_as_of:
        found.append(Surprise("year-mismatch", f"files of the school year ending {year_of_as_of}, the year of their as-of instant",
                              f"files of the year ending {year}", "Check that the right year was exported."))  # fmt: skip
    if last_as_of and as_of < last_as_of:
        found.append(Surprise("older-than-last", f"files as of {last_as_of:%Y-%m-%d %H:%M} UTC or later",
                              f"{as_of:%Y-%m-%d %H:%M} UTC", "Send the newest extract; an older one would undo corrections."))  # fmt: skip
    if as_of > now:
        found.append(Surprise("from-the-future", f"an as-of instant before {now:%Y-%m-%d %H:%M} UTC",
                              f"{as_of:%Y-%m-%d %H:%M} UTC", "Check the clock of the system that wrote the files."))  # fmt: skip
    if students_before and 100 * students < (100 - SHRINK_PERCENT) * students_before:
        found.append(Surprise("fewer-students", f"at least {100 - SHRINK_PERCENT} % of the {students_before:,} students of the last import",
                              f"{students:,} students", "Check whether a school or grade is missing from the export."))  # fmt: skip
    if schools_before and new_schools:
        found.append(Surprise("unknown-school", "schools that Firstbell already knows",
                              ", ".join(new_schools[:10]), "If the school is new, accept; if not, check its id."))  # fmt: skip
    return found
