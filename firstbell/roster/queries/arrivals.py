"""What arrived, and when."""

from firstbell.roster.models import Arrival


def newest_arrival() -> Arrival | None:
    """The newest arrival of the newest school year that has any; None before the first import."""
    return Arrival.objects.order_by("-year", "-pk").first()
