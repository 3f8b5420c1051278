"""URLs of the desk: the pages staff work from."""

from django.urls import path

from firstbell.desk import views

app_name = "desk"
urlpatterns = [
    path("desks/principal/", views.principal_desk, name="principal"),
    path("desks/region/", views.region_desk, name="region_desk"),
    path("desks/district/", views.district_desk, name="district_desk"),
    path("today/", views.today, name="today"),
    path("today/order/", views.order, name="order"),
    path("today/calls/", views.calls, name="calls"),
    path("today/feed/", views.feed_key, name="feed_key"),
    path("feed/<str:token>.ics", views.feed, name="feed"),
    path("tasks/<int:task_id>/", views.task, name="task"),
    path("activity/", views.activity, name="activity"),
    path("activity/people/", views.supervised, name="supervised"),
    path("activity/people/<int:user_id>/", views.activity_of, name="activity_of"),
    path("views/", views.keep_view, name="keep_view"),
    path("views/<int:view_id>/count/", views.count_view, name="count_view"),
    path("views/<int:view_id>/<slug:doing>/", views.change_view, name="change_view"),
    path("gaps/", views.gaps, name="gaps"),
    path("gaps/plan/", views.plan, name="plan"),
    path("gaps/bulk/<int:bulk_id>/", views.bulk, name="bulk"),
    path("gaps/bulk/<int:bulk_id>/<slug:doing>/", views.bulk_do, name="bulk_do"),
    path("students/<int:student_id>/visit/", views.visit, name="visit"),
    path("students/", views.students, name="students"),
    path("students/<int:student_id>/", views.student, name="student"),
    path("students/<int:student_id>/household/", views.household, name="household"),
    path("students/<int:student_id>/household/lead/", views.lead, name="household_lead"),
    path("students/<int:student_id>/record/", views.record, name="record"),
    path("students/<int:student_id>/why/", views.why, name="why"),
    path("schools/", views.schools, name="schools"),
    path("schools/<int:school_id>/", views.school, name="school"),
    path("regions/", views.regions, name="regions"),
    path("regions/<int:region_id>/", views.region, name="region"),
    path("district/", views.district, name="district"),
    path("search/", views.search, name="search"),
    path("palette/", views.palette, name="palette"),
    path("data/uncounted/", views.uncounted, name="uncounted"),
]
