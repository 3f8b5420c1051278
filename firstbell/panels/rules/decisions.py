"""What may follow a hearing: which move each decision is, which step of the ladder, and on what it may rest. Pure."""

from firstbell.law.steps import StepKind

LONGEST = 2000
"""Characters of the reasons."""
MOVES = {"review": "review", "close": "close", "mediation": "forward", "court": "forward"}
STEPS = {"mediation": StepKind.MEDIATION, "court": StepKind.COURT}
BECAUSE = {
    "services": "The services did not resolve it",
    "no_response": "The family did not respond to what was directed",
}
"""EC 48263(b): on one of the two a review board may notify the district attorney or probation."""
PLAIN = {
    "review": "Hear them again",
    "close": "End the referral",
    "mediation": "Notify the district attorney or probation",
    "court": "Ask for a petition",
}
SECTION = {"mediation": "EC 48263.5", "court": "In re A.N."}
