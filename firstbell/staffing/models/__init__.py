"""Tables: posts, what lets somebody hold one, what schools buy, and who is proposed for it."""

from firstbell.staffing.models.assignment import Placement, Proposal
from firstbell.staffing.models.credentials import Credential
from firstbell.staffing.models.posts import Absence, Post
from firstbell.staffing.models.purchases import Purchase, PurchaseMove, Rate, Share

__all__ = [
    "Absence", "Credential", "Placement", "Post", "Proposal", "Purchase", "PurchaseMove", "Rate",
    "Share",
]  # fmt: skip
