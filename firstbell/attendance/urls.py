"""URLs of attendance: clearing absences, deciding, and what the student system has yet to learn."""

from django.urls import path

from firstbell.attendance import views

app_name = "attendance"
urlpatterns = [
    path("clearing/", views.clearing, name="clearing"),
    path("clearing/back/", views.take_back, name="take_back"),
    path("decisions/", views.decisions, name="decisions"),
    path("corrections/", views.corrections, name="corrections"),
    path("corrections.csv", views.corrections_csv, name="corrections_csv"),
]
