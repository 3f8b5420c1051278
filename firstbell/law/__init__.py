"""Law: what California's statutes and a district's dated choices say about a student's days.

Owns the alphabet of a day, the policy files and every decision about attendance; each decision is a pure
function from plain values to a Finding that carries its reasons. Leans on nothing: no Django, no database.
"""
