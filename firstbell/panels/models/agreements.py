"""What was agreed: directives by party with their checks, who signed, and what was decided after."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from firstbell.cases.rules.tasks import TASKS
from firstbell.core.access import Scoped
from firstbell.panels.models.docket import Hearing
from firstbell.panels.models.people import person
from firstbell.panels.models.referrals import Referral

SIDES = {"family": "Family", "student": "Student", "school": "School", "agency": "Agency"}
EVIDENCE = {
    "attendance": "The attendance record",
    "contacts": "The contact log",
    "services": "A service that answers",
    "document": "A document",
    "word": "Somebody's word",
}
OUTCOMES = {"kept": "Kept", "late": "Late", "broken": "Broken", "unknown": "Not known"}
STANDS = {"draft": "In a draft", "not_agreed": "Not agreed", "open": "Not looked at yet"} | OUTCOMES
"""How a directive stands: `open` until a check has its first outcome, from then on the newest one's."""


class Agreement(models.Model):
    """A hearing's agreement, drafted in the room. `text` is frozen when the first signs; `digest` is its SHA-256."""

    class State(models.TextChoices):
        DRAFT = "draft", "Being drafted"
        READ_BACK = "read_back", "Read back"
        SIGNED = "signed", "Signed"
        UNSIGNED = "unsigned", "Not signed"

    hearing = models.OneToOneField(Hearing, on_delete=models.PROTECT, related_name="agreement")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    language = models.CharField(max_length=10, default="en")
    read_back_by = models.CharField(max_length=120, blank=True)
    read_back_at = models.DateTimeField(null=True)
    text = models.TextField(blank=True)
    digest = models.CharField(max_length=64, blank=True)
    closed_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=300, blank=True)
    version = models.IntegerField(default=1)

    objects = Scoped.as_manager()
    in_school = "hearing__school"

    class Meta:
        db_table = "panel_agreement"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=("read_back", "signed")) | Q(read_back_at__isnull=False),
                name="read_back_before_signed",
            ),
            models.CheckConstraint(condition=~Q(state="unsigned") | ~Q(why=""), name="says_why_not_signed"),
        ]

    class Privacy:
        personal = {"language", "read_back_by", "why"}
        confidential = {"text"}
        plain = {"id", "hearing", "state", "read_back_at", "digest", "closed_at", "version"}

    def __str__(self) -> str:
        return f"agreement of {self.hearing_id}"


class Directive(models.Model):
    """One commitment: which side, who by name, what, by when, and what will show it.

    `practice` is the key of the practice library where it came from there; `target` the days absent at most in so many
    school days (`target_of`) where attendance shows it. `doing` is the kind of task it asks for, and so the contact
    that proves it. From the first signature on only the last four fields move (trigger): `owner` answers for it,
    `next_on` is the day of the next check that nobody has answered.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="directives")
    student = models.ForeignKey("roster.Student", on_delete=models.PROTECT, related_name="directives")
    party = models.CharField(max_length=8, choices=list(SIDES.items()))
    who = models.CharField(max_length=120)
    what = models.CharField(max_length=300)
    due_on = models.DateField()
    evidence = models.CharField(max_length=10, choices=list(EVIDENCE.items()))
    practice = models.CharField(max_length=60, blank=True)
    target = models.SmallIntegerField(null=True)
    target_of = models.SmallIntegerField(null=True)
    doing = models.CharField(max_length=12, choices=list(TASKS.items()), default="other")
    position = models.SmallIntegerField(default=1)
    by = person()
    owner = person(null=True)
    task = models.ForeignKey("cases.Task", on_delete=models.PROTECT, null=True, related_name="+")
    stands = models.CharField(max_length=10, choices=list(STANDS.items()), default="draft")
    next_on = models.DateField(null=True)

    objects = Scoped.as_manager()
    in_school, of_student = "student__school", "student"

    class Meta:
        db_table = "panel_directive"
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(who="") & ~Q(what=""), name="directive_says_who_and_what"),
            models.CheckConstraint(
                condition=Q(target=None, target_of=None) | Q(target__gte=0, target_of__gt=models.F("target")),
                name="directive_target_in_days",
            ),
            models.CheckConstraint(
                condition=Q(stands__in=("draft", "not_agreed")) | Q(owner__isnull=False),
                name="somebody_answers_for_a_directive",
            ),
        ]
        indexes = [
            models.Index(fields=["party", "stands", "next_on"], name="directive_by_side"),
            models.Index(fields=["owner", "next_on"], name="directive_of_owner"),
        ]

    class Privacy:
        personal = {
            "student", "party", "who", "owner", "due_on", "evidence", "practice", "target", "target_of", "doing", "by",
            "stands", "next_on",
        }  # fmt: skip
        confidential = {"what"}
        plain = {"id", "agreement", "position", "task"}

    def __str__(self) -> str:
        return f"{self.get_party_display()}: {self.what}"


class Check(models.Model):
    """A day on which a directive is looked at: 10, 30, 60, 90 days after the hearing.

    `found` is what the records said, as a sentence; `filled` says that they said it, not a person. Whoever puts an
    outcome right says why (`note`); what was said before is in the journal.
    """

    directive = models.ForeignKey(Directive, on_delete=models.PROTECT, related_name="checks")
    after_days = models.SmallIntegerField()
    due_on = models.DateField()
    outcome = models.CharField(max_length=8, choices=list(OUTCOMES.items()), blank=True)
    found = models.CharField(max_length=300, blank=True)
    note = models.CharField(max_length=300, blank=True)
    filled = models.BooleanField(default=False)
    on = models.DateField(null=True)
    at = models.DateTimeField(null=True)
    by = person(null=True)

    objects = Scoped.as_manager()
    in_school, of_student = "directive__student__school", "directive__student"

    class Meta:
        db_table = "panel_check"
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["directive", "after_days"], name="one_check_by_day"),
            models.CheckConstraint(
                condition=Q(outcome="", on=None, at=None) | ~Q(outcome="") & Q(on__isnull=False, at__isnull=False),
                name="check_said_on_a_day",
            ),
        ]
        indexes = [models.Index(fields=["due_on"], condition=Q(outcome=""), name="panel_check_open")]

    class Privacy:
        personal = {"directive", "outcome", "found", "on", "by"}
        confidential = {"note"}
        plain = {"id", "after_days", "due_on", "filled", "at"}

    def __str__(self) -> str:
        return f"check after {self.after_days} days"


class Signature(models.Model):
    """Somebody signed what the digest says, on the device, on paper, or would not. Append-only by trigger.

    `strokes` are the pen's points on the device, as data; `scan` the digest of the scanned paper on the shelf.
    """

    class Method(models.TextChoices):
        DEVICE = "device", "On the device"
        PAPER = "paper", "On paper"
        REFUSED = "refused", "Would not sign"

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="signatures")
    party = models.CharField(max_length=8, choices=[*SIDES.items(), ("panel", "Panel")])
    name = models.CharField(max_length=120)
    method = models.CharField(max_length=8, choices=Method)
    strokes = models.JSONField(null=True)
    scan = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)
    why = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person()

    class Meta:
        db_table = "panel_signature"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(method="device", strokes__isnull=False)
                | Q(method="paper") & ~Q(scan="")
                | Q(method="refused") & ~Q(why=""),
                name="signature_has_its_proof",
            )
        ]

    class Privacy:
        personal = {"agreement", "party", "name", "method", "why", "by"}
        confidential = {"strokes", "scan"}
        plain = {"id", "digest", "at"}

    def __str__(self) -> str:
        return f"{self.name}, {self.get_method_display().lower()}"


class Decision(models.Model):
    """What was decided of a referral after it was heard, by a person, with reasons. Only what came back moves.

    `outcome` is what the agency that mediates or prosecutes reports (EC 48297).
    """

    class What(models.TextChoices):
        REVIEW = "review", "Review hearing"
        CLOSE = "close", "Close"
        MEDIATION = "mediation", "Refer to mediation"
        COURT = "court", "Ask for a petition"

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="decisions")
    what = models.CharField(max_length=10, choices=What)
    why = models.TextField()
    on = models.DateField()
    step = models.ForeignKey("cases.Step", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person()
    outcome = models.CharField(max_length=300, blank=True)
    outcome_on = models.DateField(null=True)
    outcome_by = models.CharField(max_length=120, blank=True)

    objects = Scoped.as_manager()
    in_school, of_student = "referral__school", "referral__student"

    class Meta:
        db_table = "panel_decision"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", outcome_on=None) | ~Q(outcome="") & Q(outcome_on__isnull=False),
                name="outcome_came_on_a_day",
            )
        ]
        indexes = [models.Index(fields=["on", "what"], name="panel_decision_by_day")]

    class Privacy:
        personal = {"referral", "step", "by", "outcome", "outcome_by"}
        confidential = {"why"}
        plain = {"id", "what", "on", "at", "outcome_on"}

    def __str__(self) -> str:
        return f"{self.get_what_display()} on {self.on}"
