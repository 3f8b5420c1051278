"""Training that charts call for: by night, for each counselor with an item that comes again."""

from datetime import date

from django.db import transaction

from firstbell.core.models import User
from firstbell.oversight.queries import trends as queries
from firstbell.oversight.rules.trends import answers, weak_items, why
from firstbell.training.actions.courses import propose


@transaction.atomic
def propose_training(*, on: date, by: User | None = None) -> int:
    """Propose a course for what comes again in somebody's charts, once for the same charts; how many were proposed.

    Only charts whose feedback they have count. Each proposal writes its own journal line.
    """
    offered, made = queries.offered(), 0
    lately = queries.read_lately(on)
    users = User.objects.in_bulk(lately)
    for who, read in lately.items():
        weak = weak_items(read.charts)
        if not weak:
            continue
        found = answers(list(weak), offered, queries.answered(who, read.month))
        courses = queries.courses([one.course for one in found])
        for one in found:
            said = why(one.items, weak, len(read.charts))
            source = queries.source(one.items[0], read.month)
            made += propose(user=users[who], course=courses[one.course], why=said, source=source, by=by) is not None
    return made
