"""Staffing: who works where, in which role, from when to when, for what share of the week.

Owns Post, the source of everyone's scope. Leans on roster (schools, regions). Start at queries.scope_of().
"""
