"""Questions for tests, in as few words as they take."""

from typing import Any

from firstbell.core.models import User
from firstbell.roster.models import School
from firstbell.training.actions import questions as actions
from firstbell.training.models.questions import Question

TITLE = "May the second letter go out before a conference?"
WHAT = "The family did not come to the conference. What do we send next?"
ANSWER = "Yes: an attempt is enough. Write down whom you called and when."
OF_ALL = {"area": "truancy", "urgency": "week", "title": TITLE, "what": WHAT}


def asked(school: School, by: User, **more: Any) -> Question:
    return actions.ask(school=school, by=by, **(OF_ALL | more))


def answered(school: School, by: User, of: User, **more: Any) -> Question:
    """Asked by one and answered by another; what is of the answer is named in `more`."""
    told = {name: more.pop(name) for name in ("share", "law", "earlier", "text", "sure") if name in more}
    return actions.answer(question=asked(school, by, **more), by=of, **({"text": ANSWER} | told))
