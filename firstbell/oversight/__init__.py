"""Oversight: what needs a Field Coordinator, and how the work is reviewed, fairly.

Owns figures that their person sees first, chart reviews, findings with their plans and appeals, and observed hearings.
Leans on everything below it, and writes none of it. Start at rules/.
"""
