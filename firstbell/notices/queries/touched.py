"""Of whom newer files say something that decides whether, and where, a letter goes out."""

from firstbell.roster.models import Change, Contact, FamilyLink, Phone, Program, Student


def touched(since: int) -> set[int]:
    """Students about whom, or about whose contacts, an arrival after `since` (a primary key) brought anything new.

    Marks are not among it: what they change makes a letter due or not due at all.
    """
    links = FamilyLink.objects.filter(pk__in=_rows(FamilyLink, since)) | FamilyLink.objects.filter(arrival__gt=since)
    contacts = {*_rows(Contact, since), *Contact.objects.filter(arrival__gt=since).values_list("pk", flat=True)}
    phones = Phone.objects.filter(pk__in=_rows(Phone, since)) | Phone.objects.filter(arrival__gt=since)
    contacts |= set(phones.values_list("contact", flat=True))
    programs = Program.objects.filter(pk__in=_rows(Program, since)) | Program.objects.filter(arrival__gt=since)
    return {
        *_rows(Student, since),
        *links.values_list("student", flat=True),
        *FamilyLink.objects.filter(contact__in=contacts).values_list("student", flat=True),
        *programs.values_list("student", flat=True),
    }


def _rows(model: type, since: int) -> list[int]:
    """Rows of a table that an arrival after `since` changed."""
    changes = Change.objects.filter(arrival__gt=since, table=model._meta.db_table)
    return list(changes.values_list("row", flat=True).distinct())
