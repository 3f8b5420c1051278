"""Chart reviews: samples that can be drawn again, what each reviewer scored alone, feedback, and the answer to it."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from firstbell.oversight.models.about import About, person


class Sample(models.Model):
    """Which charts of a counselor are read for a month. Append-only (trigger).

    `seed` decides it with `rules.sampling.draw`; `charts` are the cases drawn, in order; `frame` how many there were to
    draw from, and `frame_digest` the SHA-256 of which.
    """

    user = person()
    month = models.DateField(help_text="Its first day.")
    seed = models.CharField(max_length=32)
    charts = models.JSONField()
    frame = models.IntegerField()
    frame_digest = models.CharField(max_length=64)
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person()

    objects = About.as_manager()

    class Meta:
        db_table = "oversight_sample"
        ordering = ["-month", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "month"], name="one_sample_a_month"),
            models.CheckConstraint(condition=~Q(user=F("by")), name="nobody_draws_their_own_charts"),
        ]

    class Privacy:
        personal = {"user", "charts", "by"}
        plain = {"id", "month", "seed", "frame", "frame_digest", "at"}

    def __str__(self) -> str:
        return f"Charts of {self.month:%B %Y}"


class Review(models.Model):
    """One chart of a sample. `double`: a second person scores it too. Only feedback and the answer move (trigger)."""

    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="reviews")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    place = models.SmallIntegerField()
    double = models.BooleanField(default=False)
    feedback = models.CharField(max_length=2000, blank=True)
    feedback_at = models.DateTimeField(null=True)
    feedback_by = person(null=True)
    answer = models.CharField(max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True)

    objects = About.as_manager()
    of_user = "sample__user"

    class Meta:
        db_table = "oversight_review"
        ordering = ["sample", "place"]
        constraints = [
            models.UniqueConstraint(fields=["sample", "case"], name="a_chart_once_in_a_sample"),
            models.CheckConstraint(
                condition=Q(feedback="") | Q(feedback_at__isnull=False, feedback_by__isnull=False),
                name="feedback_of_somebody",
            ),
            models.CheckConstraint(
                condition=Q(answer="") | Q(answered_at__isnull=False) & ~Q(feedback=""), name="answer_to_a_feedback"
            ),
        ]

    class Privacy:
        personal = {"case", "feedback", "feedback_by", "answer"}
        plain = {"id", "sample", "place", "double", "feedback_at", "answered_at"}

    def __str__(self) -> str:
        return f"Chart {self.place}"


class Scoring(models.Model):
    """What one reviewer chose for each item of the rubric, {item: 0 to 3}, and why. Append-only (trigger).

    The second of a double review was made without seeing the first; whoever scored first never scores second.
    """

    class Turn(models.IntegerChoices):
        FIRST = 1, "First"
        SECOND = 2, "Second"

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="scorings")
    turn = models.SmallIntegerField(choices=Turn)
    levels = models.JSONField()
    notes = models.JSONField(default=dict)
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person()

    objects = About.as_manager()
    of_user = "review__sample__user"

    class Meta:
        db_table = "oversight_scoring"
        ordering = ["review", "turn"]
        constraints = [
            models.UniqueConstraint(fields=["review", "turn"], name="scored_once_in_a_turn"),
            models.UniqueConstraint(fields=["review", "by"], name="two_people_score_twice"),
            models.CheckConstraint(condition=Q(turn__in=(1, 2)), name="first_or_second_turn"),
        ]

    class Privacy:
        personal = {"levels", "notes", "by"}
        plain = {"id", "review", "turn", "at"}

    def __str__(self) -> str:
        return f"{self.get_turn_display()} scoring of {self.review_id}"
