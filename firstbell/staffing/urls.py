"""URLs of staffing: people, their papers, posts and absences, and which schools have somebody."""

from django.urls import path

from firstbell.staffing.views import assignment, doing, people, purchases

app_name = "staffing"
urlpatterns = [
    # counselor days that schools buy
    path("purchases/", purchases.board, name="purchases"),
    path("purchases/new/", purchases.ask, name="ask"),
    path("purchases/cost/", purchases.cost, name="cost"),
    path("purchases/rates/", purchases.sheet, name="sheet"),
    path("purchases/<int:purchase_id>/", purchases.purchase, name="purchase"),
    path("purchases/<int:purchase_id>/edit/", purchases.edit, name="edit"),
    path("purchases/<int:purchase_id>/letter.pdf", purchases.letter, name="letter"),
    *(
        path(f"purchases/<int:purchase_id>/{doing}/", purchases.move, {"doing": doing}, name=f"purchase_{doing}")
        for doing in purchases.DOINGS
    ),
    # who works where next
    path("assignment/", assignment.assignments, name="assignments"),
    path("assignment/<int:proposal_id>/", assignment.assignment, name="assignment"),
    path("assignment/placements/<int:placement_id>/", assignment.placement, name="placement"),
    # people
    path("", people.people, name="people"),
    path("schools/", people.schools, name="schools"),
    path("mine/", people.mine, name="mine"),
    path("people/<int:user_id>/", people.person, name="person"),
    path("people/<int:user_id>/papers/", doing.record, name="record"),
    path("papers/<int:paper_id>/withdraw/", doing.withdraw, name="withdraw"),
    path("papers/<int:paper_id>/scan/", doing.scan, name="scan"),
    path("people/<int:user_id>/posts/", doing.give, name="give"),
    path("posts/<int:post_id>/end/", doing.end, name="end"),
    path("people/<int:user_id>/away/", doing.away, name="away"),
    path("absences/<int:absence_id>/back/", doing.back, name="back"),
    path("absences/<int:absence_id>/cover/", doing.cover, name="cover"),
    path("schools/<int:school_id>/loan/", doing.lend, name="lend"),
]
