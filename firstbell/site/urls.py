"""Every address there is. Anything not declared through the door is listed in tests/test_shape.py as public."""

from allauth.account import views as account
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="desk:today"), name="home"),
    path("sign-in/", account.login, name="account_login"),
    path("sign-out/", account.logout, name="account_logout"),
    path("", include("firstbell.core.urls")),
    path("imports/", include("firstbell.imports.urls")),
    path("", include("firstbell.desk.urls")),
]
