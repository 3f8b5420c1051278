"""The tables of the roster, by subject."""

from firstbell.roster.models.families import Contact, FamilyLink, Phone
from firstbell.roster.models.history import Arrival, Change
from firstbell.roster.models.marks import AttendanceCode, Mark, RollTaken, Withdrawal
from firstbell.roster.models.schools import Calendar, CalendarDay, Region, School, SchoolYear
from firstbell.roster.models.students import Enrolment, Program, Student

__all__ = [
    "Arrival", "AttendanceCode", "Calendar", "CalendarDay", "Change", "Contact", "Enrolment", "FamilyLink", "Mark",
    "Phone", "Program", "Region", "RollTaken", "School", "SchoolYear", "Student", "Withdrawal",
]  # fmt: skip
