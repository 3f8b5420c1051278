"""What makes an import stop for a person, and what may be asked of a run. Pure decisions over counts and dates."""

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
    stamp = f"{as_of:%Y-%m-%d %H:%M} UTC"
    found = []
    if year not in (year_of_as_of, year_of_as_of - 1):
        wanted = f"files of the school year ending {year_of_as_of}, the year of their as-of instant"
        found.append(
            Surprise(
                "year-mismatch", wanted, f"files of the year ending {year}", "Check that the right year was exported."
            )
        )
    if last_as_of and as_of < last_as_of:
        remedy = "Send the newest extract; an older one would undo corrections."
        found.append(
            Surprise("older-than-last", f"files as of {last_as_of:%Y-%m-%d %H:%M} UTC or later", stamp, remedy)
        )
    if as_of > now:
        remedy = "Check the clock of the system that wrote the files."
        found.append(Surprise("from-the-future", f"an as-of instant before {now:%Y-%m-%d %H:%M} UTC", stamp, remedy))
    if students_before and 100 * students < (100 - SHRINK_PERCENT) * students_before:
        wanted = f"at least {100 - SHRINK_PERCENT} % of the {students_before:,} students of the last import"
        remedy = "Check whether a school or grade is missing from the export."
        found.append(Surprise("fewer-students", wanted, f"{students:,} students", remedy))
    if schools_before and new_schools:
        remedy = "If the school is new, accept; if not, check its id."
        found.append(
            Surprise("unknown-school", "schools that Firstbell already knows", ", ".join(new_schools[:10]), remedy)
        )
    return found


KEPT_DAYS = 7
ASKED_OF = {"preview": {"received"}, "apply": {"previewed", "stopped"}, "undo": {"applied"}}


def may_be_asked(task: str, *, state: str, files_kept: bool) -> bool:
    """Can a run in this state be previewed, applied or undone? Only an undo needs no files."""
    return state in ASKED_OF[task] and (files_kept or task == "undo")
