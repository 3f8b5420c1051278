"""URLs of cases: the case of a student, the steps taken on its ladder, the change list."""

from django.urls import path

from firstbell.cases import views
from firstbell.cases.views import meetings, triggers

app_name = "cases"
urlpatterns = [
    path("students/<int:student_id>/", views.case, name="case"),
    path("students/<int:student_id>/log/", views.log, name="log"),
    path("students/<int:student_id>/note/", views.note, name="note"),
    path("students/<int:student_id>/draft/<slug:form>/", views.draft, name="draft"),
    path("students/<int:student_id>/wait/", views.put_off, name="put_off"),
    path("students/<int:student_id>/open/", views.start, name="open"),
    path("entries/<int:entry_id>/undo/", views.undo, name="undo"),
    path("<int:case_id>/tier/", views.tier, name="tier"),
    path("<int:case_id>/lead/", views.lead, name="lead"),
    path("<int:case_id>/close/", views.close, name="close"),
    path("<int:case_id>/reopen/", views.reopen, name="reopen"),
    path("<int:case_id>/ask/", views.ask, name="ask"),
    *(path(f"tasks/<int:task_id>/{doing}/", views.task, {"doing": doing}, name=doing) for doing in views.DOINGS),
    path("triggers/", triggers.triggers, name="triggers"),
    path("triggers/district/", triggers.ladder, name="triggers_district"),
    path("triggers/district/draft/", triggers.draft, name="triggers_district_draft"),
    path("triggers/<int:school_id>/", triggers.ladder, name="triggers_of"),
    path("triggers/<int:school_id>/draft/", triggers.draft, name="triggers_draft"),
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/plan/", meetings.plan, name="meeting_plan"),
    path("meetings/<int:meeting_id>/", meetings.meeting, name="meeting"),
    path("meetings/<int:meeting_id>/add/", meetings.add, name="meeting_add"),
    path("meetings/<int:meeting_id>/start/", meetings.start, name="meeting_start"),
    path("meetings/<int:meeting_id>/say/", meetings.say, name="meeting_say"),
    path("meetings/<int:meeting_id>/close/", meetings.close, name="meeting_close"),
    *(
        path(f"meetings/items/<int:item_id>/{doing}/", meetings.arrange, {"doing": doing}, name=f"meeting_{doing}")
        for doing in meetings.DOINGS
    ),
    path("changes/", views.changes, name="changes"),
    path("students/<int:student_id>/report/", views.report, name="report"),
    path("students/<int:student_id>/attempt/", views.attempt, name="attempt"),
    path("students/<int:student_id>/conference/", views.conference, name="conference"),
    path("students/<int:student_id>/withdraw/", views.withdraw, name="withdraw"),
]
