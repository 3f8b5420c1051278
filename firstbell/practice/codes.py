"""The district's attendance codes, as its student system would export them."""

from dataclasses import dataclass
from enum import IntEnum


class Code(IntEnum):
    """Index into CODES; NONE means that nothing is recorded."""

    NONE = 0
    ILLNESS = 1
    MEDICAL = 2
    BEREAVED = 3
    PERSONAL = 4
    UNEXCUSED = 5
    UNVERIFIED = 6
    SUSPENDED = 7
    IN_SCHOOL = 8
    STUDY_UNDONE = 9
    STUDY = 10
    TARDY = 11
    LATE = 12
    LEFT_EARLY = 13


@dataclass(frozen=True)
class Row:
    """One line of attendanceCodes.csv; `excused` is Y, N or blank while nobody has said."""

    code: str
    description: str
    category: str
    excused: str
    absence: str = "Y"
    truancy: str = "N"
    ada: str = "Y"
    suspension: str = ""
    study: str = ""
    over30: str = "N"


CODES: tuple[Row, ...] = (
    Row("", "", "", ""),
    Row("E", "Illness", "Excused Absence", "Y"),
    Row("M", "Medical or dental appointment", "Excused Absence", "Y"),
    Row("B", "Bereavement", "Excused Absence", "Y"),
    Row("J", "Justifiable personal reason", "Excused Absence", "Y"),
    Row("U", "Absent without a valid excuse", "Unexcused Absence", "N", truancy="Y"),
    Row("X", "Absent, reason not yet verified", "Unverified Absence", ""),
    Row("S", "Suspended from school", "Excused Absence", "Y", suspension="OSS"),
    Row("I", "In-school suspension", "In Attendance", "Y", absence="N", ada="N", suspension="ISS"),
    Row("N", "Independent study, work not completed", "Excused Absence", "", study="non-ADA"),
    Row("A", "Independent study, work completed", "In Attendance", "Y", absence="N", ada="N", study="ADA"),
    Row("T", "Tardy, 30 minutes or less", "Tardy", "N", absence="N", ada="N"),
    Row("L", "Late, more than 30 minutes", "Tardy", "N", absence="N", truancy="Y", ada="N", over30="Y"),
    Row("P", "Left early with permission", "Early departure", "Y", absence="N", ada="N"),
)
EXCUSED = (Code.ILLNESS, Code.MEDICAL, Code.BEREAVED, Code.PERSONAL)
EXCUSED_SHARES = (0.78, 0.13, 0.03, 0.06)
