"""Core: the one door (who may see what), users, the journal, the read-access log, the design system.

Owns User, JournalLine and AccessRow. Leans on nothing of ours but the pure floor. Start at access.py.
"""
