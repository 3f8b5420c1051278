"""URLs of oversight: what needs a coordinator, counselors, chart reviews, findings, panels; and one's own month."""

from django.urls import path

from firstbell.oversight.views import counselors, exceptions, findings, panels, reviews

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
    # one's own
    path("mine/", counselors.mine, name="mine"),
    path("mine/months/<int:figure_id>/", counselors.annotate, name="annotate"),
    path("mine/questions/<int:question_id>/", counselors.answer, name="answer"),
    path("mine/reviews/<int:review_id>/", reviews.my_review, name="my_review"),
    path("mine/findings/<int:finding_id>/", findings.my_finding, name="my_finding"),
    path("mine/steps/<int:step_id>/", findings.do_step, name="do_step"),
]
