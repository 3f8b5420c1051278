"""What letters need before any can be made: a letterhead for each school, and approved languages."""

from typing import Any

from django.db import transaction

from firstbell.core import journal
from firstbell.core.models import User
from firstbell.letters.wording import wording
from firstbell.notices.models import LanguageApproval, Letterhead
from firstbell.notices.rules import NotAllowed
from firstbell.roster.models import School


@transaction.atomic
def set_letterhead(*, school: School, by: User | None, **values: Any) -> Letterhead:
    """Write what the letters of a school say of it; the fields of Letterhead."""
    head, _ = Letterhead.objects.update_or_create(school=school, defaults={**values, "changed_by": by})
    journal.record("notices.letterhead_set", by=by, about=head, school=school.pk)
    return head


@transaction.atomic
def approve_language(*, language: str, digest: str, read_by: str, by: User) -> LanguageApproval:
    """Let a wording be used that someone who speaks the language has read. NotAllowed when it changed since."""
    if wording(language).digest != digest:
        raise NotAllowed("The wording was changed since you opened this page. Read it again.")
    if not read_by.strip():
        raise NotAllowed("Say who read it, and how they know the language.")
    given = LanguageApproval.objects.create(language=language, digest=digest, read_by=read_by.strip()[:200], by=by)
    journal.record("notices.language_approved", by=by, about=given, language=language)
    return given
