"""Cases: the truancy process of a student, step by step, and its repair when a correction comes late.

Owns Step (what was done, by whom, on which occasions) and Ladder (served, replaced whole by each nightly run).
Leans on attendance for the occasions and on law for what stands and what may come next. Start at actions.take_step().
"""
