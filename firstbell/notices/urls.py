"""URLs of letters."""

from django.urls import path

from firstbell.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.new, name="new"),
    path("batches/", views.batches, name="batches"),
    path("batches/<int:batch_id>/", views.batch, name="batch"),
    path("batches/<int:batch_id>/approve/", views.approve, name="approve"),
    path("batches/<int:batch_id>/issue/", views.issue, name="issue"),
    path("batches/<int:batch_id>/cancel/", views.cancel, name="cancel"),
    path("batches/<int:batch_id>/mailed/", views.mailed, name="mailed"),
    path("batches/<int:batch_id>/print/<int:part>.pdf", views.print_part, name="print"),
    path("batches/<int:batch_id>/letters.csv", views.csv, name="csv"),
    path("letters/<int:letter_id>/", views.letter, name="letter"),
    path("letters/<int:letter_id>/letter.pdf", views.pdf, name="pdf"),
    path("letters/<int:letter_id>/returned/", views.returned, name="returned"),
    path("letters/<int:letter_id>/rescind/", views.rescind, name="rescind"),
    path("rescinded/", views.rescinded, name="rescinded"),
    path("students/<int:student_id>/ask/", views.ask, name="ask"),
    path("languages/", views.languages, name="languages"),
    path("letterheads/", views.letterheads, name="letterheads"),
    path("letterheads/<int:school_id>/", views.letterhead, name="letterhead"),
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/<int:message_id>/", views.sent_message, name="message"),
]
