"""URLs of the library."""

from django.urls import path

from firstbell.library import views

app_name = "library"
urlpatterns = [
    path("", views.index, name="index"),
    path("policy/", views.policy, name="policy"),
    path("letters/", views.letters, name="letters"),
    path("palette/", views.palette, name="palette"),
    path("<slug:slug>/", views.section, name="section"),
]
