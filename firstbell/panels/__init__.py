"""Panels: the Student Support and Progress Team, the School Attendance Review Team, the Resource Panel and the SARB.

Owns panels with their members, referrals, packets, dockets, hearings, agreements with directives, and decisions.
Leans on cases for the spine, notices for letters with proof, supports for the plan. Start at kinds/ and rules/.
"""
