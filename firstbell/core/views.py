"""Pages of core."""

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from firstbell.core.access import May, page
from firstbell.core.models import User
from firstbell.core.ui import samples


@page(May.SIGNED_IN)
def gallery(request):
    """Every component in every state."""
    return render(request, "core/gallery.html", samples.gallery_context())


@require_POST
def persona(request):
    """Step into the practice district as one of its people: exists only while demo mode is on."""
    if not settings.DEMO:
        raise Http404
    user = get_object_or_404(User.objects.filter(is_active=True), username=request.POST.get("username"))
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return redirect("home")
