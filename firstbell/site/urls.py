"""Every address there is. Anything not declared through the door is listed in tests/test_shape.py as public."""

from allauth.account import views as account
from django.urls import include, path

from firstbell.site.navigation import home

urlpatterns = [
    path("", home, name="home"),
    path("sign-in/", account.login, name="account_login"),
    path("sign-out/", account.logout, name="account_logout"),
    path("", include("firstbell.core.urls")),
    path("imports/", include("firstbell.imports.urls")),
    path("attendance/", include("firstbell.attendance.urls")),
    path("cases/", include("firstbell.cases.urls")),
    path("notices/", include("firstbell.notices.urls")),
    path("supports/", include("firstbell.supports.urls")),
    path("recovery/", include("firstbell.recovery.urls")),
    path("panels/", include("firstbell.panels.urls")),
    path("oversight/", include("firstbell.oversight.urls")),
    path("training/", include("firstbell.training.urls")),
    path("staffing/", include("firstbell.staffing.urls")),
    path("library/", include("firstbell.library.urls")),
    path("", include("firstbell.desk.urls")),
]
