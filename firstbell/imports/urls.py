"""URLs of imports."""

app_name = "imports"
urlpatterns = []
