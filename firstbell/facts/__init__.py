"""Facts: what happened on each day, in a form that a whole district can be counted from in a tenth of a second.

Owns the day book (a byte for each student and school day), the kernels that count it, the catalogue of measures
and small-cell suppression. Leans on law only for the alphabet of days. Start at daybook.build() and kernels.standing.
"""
