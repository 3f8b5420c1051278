"""Attendance: the standing of every student with its evidence, and the signs that someone needs an adult.

Owns the served tables (Standing, Sign, SchoolDay, …), replaced whole by each nightly run from the day book.
Leans on roster (marks, calendars, enrolments), facts (kernels) and law (decisions). Start at actions.serve().
"""
