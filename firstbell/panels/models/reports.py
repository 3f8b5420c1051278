"""That the yearly report of referrals and petitions went to the county (EC 48273)."""

from django.db import models
from django.db.models.functions import Now

from firstbell.panels.models.people import person


class CountyReport(models.Model):
    """One report as it was sent: the numbers it told, never a student. Append-only by trigger: the newest counts.

    `totals` are pairs of words and a number, in the order of the report.
    """

    year = models.SmallIntegerField()
    sent_on = models.DateField()
    to = models.CharField(max_length=200)
    totals = models.JSONField()
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person()

    class Meta:
        db_table = "panel_county_report"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["year", "-id"], name="county_report_of_year")]

    class Privacy:
        personal = {"to", "by"}
        plain = {"id", "year", "sent_on", "totals", "at"}

    def __str__(self) -> str:
        return f"report to the county of {self.sent_on}"
