"""URLs of training: courses and sessions; questions to the Region, and consults."""

from django.urls import path

from firstbell.training.views import consults, courses, mine, people, practice, questions, sessions

app_name = "training"
urlpatterns: list = [
    # courses and sessions
    path("", mine.mine, name="mine"),
    path("proposals/<int:proposal_id>/", mine.proposal, name="proposal"),
    path("certificates/<int:completion_id>.pdf", mine.certificate, name="certificate"),
    path("courses/", courses.courses, name="courses"),
    path("courses/new/", courses.write, name="new_course"),
    path("courses/<int:course_id>/", courses.course, name="course"),
    path("courses/<int:course_id>/change/", courses.write, name="change_course"),
    path("courses/<int:course_id>/retire/", courses.retire, name="retire_course"),
    path("courses/<int:course_id>/plan/", courses.plan, name="plan_session"),
    path("sessions/", sessions.sessions, name="sessions"),
    path("sessions/<int:session_id>/", sessions.session, name="session"),
    path("sessions/<int:session_id>/sheet/", sessions.sheet, name="sheet"),
    path("sessions/<int:session_id>/seat/", sessions.take_seat, name="take_seat"),
    path("seats/<int:seat_id>/give-up/", sessions.leave_seat, name="leave_seat"),
    path("people/", people.people, name="people"),
    path("people/<int:user_id>/", people.person, name="person"),
    path("practice/", practice.practice, name="practice"),
    path("practice/end/", practice.end_day, name="end_day"),
    # questions and consults
    path("questions/", questions.questions, name="questions"),
    path("questions/<int:asked_id>/", questions.question, name="question"),
    path("ask/", questions.ask, name="ask"),
    path("board/", questions.board, name="board"),
    path("answers/", questions.answers, name="answers"),
    path("consults/", consults.consults, name="consults"),
    path("consults/log/", consults.log_consult, name="log_consult"),
    path("consults/<int:consult_id>/undo/", consults.undo_consult, name="undo_consult"),
]
