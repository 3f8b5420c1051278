"""Supports: the plan a student, a family and a school make together, the counseling that carries it, and what works.

Owns Plan with its Commitments and Checks, Session, Group with its Meetings, the daily Card, and the practice library.
Leans on cases for the contacts and the sealed notes, attendance for whether it helped. Start at actions.write_plan().
"""
