"""Imports: one run per attempt, and every remark it made about the files."""

from django.db import models
from django.db.models.functions import Now


class Run(models.Model):
    """One attempt to bring files in. `state` is where it stands, `task` what a worker was asked to do with it.

    The lock, not this row, is the lease. `step` and `percent` say how far the task is; `error` why the last one failed.
    """

    class State(models.TextChoices):
        RECEIVED = "received", "Received"
        PREVIEWED = "previewed", "Previewed"
        STOPPED = "stopped", "Stopped for a person"
        APPLIED = "applied", "Applied"
        UNCHANGED = "unchanged", "Nothing new"
        UNDONE = "undone", "Undone"
        FAILED = "failed", "Failed"

    class Task(models.TextChoices):
        PREVIEW = "preview", "Preview"
        APPLY = "apply", "Apply"
        UNDO = "undo", "Undo"

    state = models.CharField(max_length=12, choices=State)
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=255)
    digest = models.CharField(max_length=64, blank=True)
    as_of = models.DateTimeField(null=True)
    year = models.SmallIntegerField(null=True)
    system = models.CharField(max_length=120, blank=True)
    strict = models.BooleanField(default=False)
    upload = models.CharField(max_length=255, blank=True)
    counts = models.JSONField(default=dict)
    samples = models.JSONField(default=dict)
    surprises = models.JSONField(default=list)
    arrival = models.OneToOneField("roster.Arrival", on_delete=models.PROTECT, null=True, related_name="run")
    basis = models.ForeignKey("roster.Arrival", on_delete=models.PROTECT, null=True, related_name="+")
    task = models.CharField(max_length=8, choices=Task, blank=True)
    asked_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(null=True)
    step = models.CharField(max_length=200, blank=True)
    percent = models.SmallIntegerField(default=0)
    error = models.CharField(max_length=1000, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "import_run"
        ordering = ["-pk"]

    class Privacy:
        personal = {"by", "asked_by", "samples", "reason"}
        plain = {
            "id", "state", "at", "name", "digest", "as_of", "year", "system", "strict", "upload", "counts", "surprises",
            "arrival", "basis", "task", "asked_at", "step", "percent", "error",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"run {self.pk}: {self.name}" + (f" as of {self.as_of:%Y-%m-%d}" if self.as_of else "")


class Remark(models.Model):
    """One thing the reader said about one row, column or file: where, expected, found, and what to do."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="remarks")
    kind = models.CharField(max_length=10)
    file = models.CharField(max_length=120)
    row = models.IntegerField(null=True)
    column = models.CharField(max_length=120, blank=True)
    rule = models.CharField(max_length=60)
    expected = models.CharField(max_length=500)
    found = models.CharField(max_length=200)
    remedy = models.CharField(max_length=500)

    class Meta:
        db_table = "import_remark"
        indexes = [models.Index(fields=["run", "kind", "id"])]

    class Privacy:
        personal = {"found"}
        plain = {"id", "run", "kind", "file", "row", "column", "rule", "expected", "remedy"}

    def __str__(self) -> str:
        return f"{self.file} row {self.row}: {self.rule}"


class Reject(models.Model):
    """A row that was not taken in, kept whole (mapped columns only) so that it can be mended and sent again."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="rejects")
    file = models.CharField(max_length=120)
    row = models.IntegerField()
    reason = models.CharField(max_length=1000)
    cells = models.JSONField()

    class Meta:
        db_table = "import_reject"
        indexes = [models.Index(fields=["run", "file", "row"])]

    class Privacy:
        personal = {"cells"}
        plain = {"id", "run", "file", "row", "reason"}

    def __str__(self) -> str:
        return f"{self.file} row {self.row}"
