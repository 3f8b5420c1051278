"""Desk: the pages staff work from: Today, the student file, school, region and district, search.

Owns no table; composes attendance, staffing and roster. Start at views.today().
"""
