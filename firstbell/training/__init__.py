"""Training: what people of the branch learn, and what schools ask the Region.

Owns courses, their sessions, who came and what was completed; questions of schools with their answers, and consults.
Leans on staffing for who holds which post. Start at models/.
"""
