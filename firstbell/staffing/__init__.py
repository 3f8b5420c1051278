"""Staffing: who works where, in which role, from when to when, for what share of the week.

Owns Post, the source of everyone's scope; the papers without which no counselor has one; days away and who stands in;
what schools buy and who is proposed for it. Leans on roster (schools, regions). Start at queries.scope_of().
"""
