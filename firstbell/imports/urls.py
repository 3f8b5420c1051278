"""URLs of imports."""

from django.urls import path

from firstbell.imports import views

app_name = "imports"
urlpatterns = [
    path("", views.runs, name="runs"),
    path("new/", views.new, name="new"),
    path("<int:run_id>/", views.run, name="run"),
    path("<int:run_id>/apply/", views.apply, name="apply"),
    path("<int:run_id>/undo/", views.undo, name="undo"),
    path("<int:run_id>/remarks.csv", views.remarks, name="remarks"),
]
