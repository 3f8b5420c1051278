"""The tables of the roster, by subject."""

from firstbell.roster.models.families import Contact, FamilyLink, Phone
from firstbell.roster.models.history import Arrival, Change
from firstbell.roster.models.marks import AttendanceCode, Mark, RollTaken, Statement, Withdrawal
from firstbell.roster.models.names import fold
from firstbell.roster.models.schools import Calendar, CalendarDay, Region, School, SchoolYear
from firstbell.roster.models.students import Enrolment, Program, Student

__all__ = [
    "Arrival", "AttendanceCode", "Calendar", "CalendarDay", "Change", "Contact", "Enrolment", "FamilyLink",
    "Mark", "Phone", "Program", "Region", "RollTaken", "School", "SchoolYear", "Statement", "Student", "Withdrawal",
    "fold",
]  # fmt: skip
