"""Roster: regions, schools, calendars, students, families, enrolments, and the marks of attendance.

Owns what the student system says, with the arrival that brought each row and every earlier version of it.
Leans on core. Start at models/history.py (Arrival, Change) and queries.py.
"""
