"""Practice: a realistic, invented California school district, written as the daily files that Firstbell reads.

Owns no table and reads none: a Plan in, two folders of CSV files out. Start at extract.write().
"""

from firstbell.practice.extract import SchoolFacts, Summary, corrected, people, school_days, write
from firstbell.practice.plan import Plan

__all__ = ["Plan", "SchoolFacts", "Summary", "corrected", "people", "school_days", "write"]
