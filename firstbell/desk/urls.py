"""URLs of desk."""

app_name = "desk"
urlpatterns = []
