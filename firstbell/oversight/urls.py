"""URLs of oversight: what needs a coordinator, counselors, chart reviews, findings, panels; and one's own month."""

from django.urls import path

from firstbell.oversight.views import (
    activity,
    counselors,
    exceptions,
    findings,
    ledger,
    panels,
    region,
    reviews,
    statements,
    time,
    whatif,
)

app_name = "oversight"
urlpatterns = [
    path("", exceptions.exceptions, name="exceptions"),
    path("how/", counselors.how, name="how"),
    # counselors
    path("counselors/", counselors.counselors, name="counselors"),
    path("counselors/<int:user_id>/", counselors.counselor, name="counselor"),
    path("counselors/<int:user_id>/draw/", reviews.draw, name="draw"),
    path("counselors/<int:user_id>/find/", findings.find, name="find"),
    # chart reviews
    path("reviews/", reviews.reviews, name="reviews"),
    path("reviews/samples/<int:sample_id>/", reviews.sample, name="sample"),
    path("reviews/<int:review_id>/", reviews.review, name="review"),
    # findings
    path("findings/", findings.findings, name="findings"),
    path("findings/<int:finding_id>/", findings.finding, name="finding"),
    # panels and chairs
    path("panels/", panels.panels, name="panels"),
    path("panels/hearings/<int:hearing_id>/", panels.observe, name="observe"),
    # a region's monthly meeting
    path("regions/<int:region_id>/", region.meeting, name="region"),
    # before days are bought
    path("what-if/<int:school_id>/", whatif.what_if, name="what_if"),
    # one's own
    path("mine/", counselors.mine, name="mine"),
    path("mine/months/<int:figure_id>/", counselors.annotate, name="annotate"),
    path("mine/questions/<int:question_id>/", counselors.answer, name="answer"),
    path("mine/reviews/<int:review_id>/", reviews.my_review, name="my_review"),
    path("mine/findings/<int:finding_id>/", findings.my_finding, name="my_finding"),
    path("mine/steps/<int:step_id>/", findings.do_step, name="do_step"),
    # time, activity reports, the ledger of days, the principal's statement
    path("time/", time.time, name="time"),
    path("reports/", activity.reports, name="reports"),
    path("reports/to-countersign/", activity.countersign, name="countersign"),
    path("reports/<int:report_id>/", activity.report, name="report"),
    path("reports/<int:report_id>.pdf", activity.report_paper, name="report_paper"),
    path("reports/of/<int:purchase_id>/<slug:month>/", activity.month, name="activity_month"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/<int:school_id>/", ledger.school, name="ledger_school"),
    path("ledger/<int:school_id>/<slug:monday>/", ledger.week, name="ledger_week"),
    path("statements/", statements.statements, name="statements"),
    path("statements/schools/<int:school_id>/", statements.so_far, name="so_far"),
    path("statements/<int:statement_id>/", statements.statement, name="statement"),
    path("statements/<int:statement_id>.pdf", statements.paper, name="statement_paper"),
]
