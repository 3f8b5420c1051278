"""URLs of recovery: the board, a search and what is done in it, recovery days."""

from django.urls import path

from firstbell.recovery import views

app_name = "recovery"
urlpatterns = [
    path("", views.board, name="board"),
    path("<int:search_id>/", views.search, name="search"),
    *(path(f"<int:search_id>/{what}/", views.step, {"what": what}, name=what) for what in views.STEPS),
    *(path(f"<int:search_id>/{doing}/", views.decide, {"doing": doing}, name=doing) for doing in views.DOINGS),
    path("<int:search_id>/return/", views.plan, name="return"),
    path("<int:search_id>/proof/", views.proof, name="proof"),
    path("<int:search_id>/close/", views.close, name="close"),
    path("<int:search_id>/reopen/", views.reopen, name="reopen"),
    path("students/<int:student_id>/begin/", views.begin, name="begin"),
    path("days/", views.days, name="days"),
    path("days/new/", views.new_day, name="new_day"),
    path("days/<int:day_id>/", views.day, name="day"),
    path("days/<int:day_id>/sheets/", views.sheets, name="sheets"),
    path("days/<int:day_id>/results/", views.results, name="results"),
]
