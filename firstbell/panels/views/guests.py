"""What an outside member sees: the hearings they are seated at, and the packet of each, watermarked and logged."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from firstbell.core import accesslog, clock
from firstbell.core.access import May, page
from firstbell.core.answers import pdf_answer
from firstbell.panels.kinds import KINDS
from firstbell.panels.queries import guests as queries
from firstbell.panels.queries.packets import guest_copy


@page(May.SIT_ON_PANELS)
def seats(request: HttpRequest) -> HttpResponse:
    """The hearings that wait for this person. No student is named before a hearing is opened."""
    return render(request, "panels/seats.html", {"hearings": queries.seats_of(request.user, clock.today())})


@page(May.SIT_ON_PANELS)
def seat(request: HttpRequest, hearing_id: int) -> HttpResponse:
    """One hearing: who, when, and the packets to read."""
    one = get_object_or_404(queries.seats_of(request.user, clock.today()), pk=hearing_id)
    readings = queries.readings(one)
    accesslog.opens(request, *(reading.packet.referral.student_id for reading in readings))
    context = {
        "hearing": one,
        "readings": readings,
        "kind": KINDS[one.panel.kind],
        "crumbs": [("My hearings", reverse("panels:seats"))],
    }
    return render(request, "panels/seat.html", context)


@page(May.SIT_ON_PANELS)
def seat_packet(request: HttpRequest, hearing_id: int, packet_id: int) -> HttpResponse:
    """The packet as a PDF that bears the reader's name and the day on every page."""
    one = get_object_or_404(queries.seats_of(request.user, clock.today()), pk=hearing_id)
    packet = next((reading.packet for reading in queries.readings(one) if reading.packet.pk == packet_id), None)
    if packet is None:
        raise Http404
    accesslog.opens(request, packet.referral.student_id)
    return pdf_answer(guest_copy(packet, str(request.user)), f"packet-{packet.pk}.pdf")
