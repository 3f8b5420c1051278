"""URLs of cases: the change list, and the steps taken on a student's ladder."""

from django.urls import path

from firstbell.cases import views

app_name = "cases"
urlpatterns = [
    path("changes/", views.changes, name="changes"),
    path("students/<int:student_id>/report/", views.report, name="report"),
    path("students/<int:student_id>/attempt/", views.attempt, name="attempt"),
    path("students/<int:student_id>/conference/", views.conference, name="conference"),
    path("students/<int:student_id>/withdraw/", views.withdraw, name="withdraw"),
]
