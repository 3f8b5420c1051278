"""URLs of supports: a student's plan, sessions and daily card; groups; the practice library."""

from django.urls import path

from firstbell.supports import views

app_name = "supports"
urlpatterns = [
    path("students/<int:student_id>/plan/", views.plan, name="plan"),
    path("students/<int:student_id>/plan/edit/", views.edit, name="edit"),
    path("students/<int:student_id>/plan/end/", views.end, name="end"),
    path("students/<int:student_id>/commitments/", views.commitments, name="commitments"),
    path("students/<int:student_id>/sessions/", views.sessions, name="sessions"),
    path("students/<int:student_id>/sessions/new/", views.session, name="session"),
    path("students/<int:student_id>/card/", views.card, name="card"),
    path("groups/", views.groups, name="groups"),
    path("groups/new/", views.new_group, name="new_group"),
    path("groups/<int:group_id>/", views.group, name="group"),
    path("groups/<int:group_id>/meet/", views.meet, name="meet"),
    path("meetings/<int:meeting_id>/", views.meeting, name="meeting"),
    path("practices/", views.practices, name="practices"),
    path("practices/<slug:key>/", views.practice, name="practice"),
]
