"""URLs of core: the component gallery and, in a practice district only, the persona chooser."""

from django.conf import settings
from django.urls import path

from firstbell.core import views

app_name = "core"
urlpatterns = [path("ui/", views.gallery, name="gallery")]
if settings.DEMO:
    urlpatterns.append(path("persona/", views.persona, name="persona"))
