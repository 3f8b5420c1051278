"""What the slice keeps: steps of the truancy process and every student's ladder."""

from firstbell.cases.models.steps import Ladder, Step

__all__ = ["Ladder", "Step"]
