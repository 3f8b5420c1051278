"""orgs.csv and academicSessions.csv: regions, schools and school years."""

from __future__ import annotations

import polars as pl

from . import manifests, values
from .arrival import Arrival, current
from .remarks import stop

LEVELS = 4  # a school's region is at most this many parents up


def read(arrival: Arrival) -> None:
    """Fills the tables years, regions and schools; raises Unreadable when there is no school at all."""
    _years(arrival)
    _orgs(arrival)


def _years(arrival: Arrival) -> None:
    sheet = arrival.sheet("academicSessions.csv")
    values.ids(sheet, "sourcedId")
    current(sheet)
    starts = values.dates(sheet, "startDate", required=True)
    ends = values.dates(sheet, "endDate", required=True)
    remedy = "Correct the two dates."
    sheet.reject(ends < starts, "end-before-start", column="endDate", expected="not before startDate", remedy=remedy)
    values.unique(sheet, "sourcedId")
    cells = sheet["schoolYear"]
    spelled = {text: manifests.ending_year(text) for text in cells.drop_nulls().unique()}
    year = cells.replace_strict(spelled, default=None, return_dtype=pl.Int32)
    frame = sheet.frame({"type": sheet["type"], "year": year, "starts": starts, "ends": ends})
    arrival.close(sheet)
    whole = frame.filter(pl.col("type").str.to_lowercase() == "schoolyear", pl.col("year").is_not_null())
    spans = whole.group_by("year").agg(pl.col("starts").min(), pl.col("ends").max()).sort("year")
    name = pl.format("{}-{}", pl.col("year") - 1, "year")
    arrival.tables["years"] = spans.select("year", name.alias("name"), "starts", "ends")
    if arrival.year not in spans["year"]:
        found = ", ".join(str(y) for y in spans["year"]) or "no school year"
        remedy = "Check that the roster and the attendance files are of the same year."
        stop("academicSessions.csv", "other-year", expected=str(arrival.year), found=found, remedy=remedy)


def _orgs(arrival: Arrival) -> None:
    sheet = arrival.sheet("orgs.csv")
    key = values.ids(sheet, "sourcedId")
    current(sheet)
    values.unique(sheet, "sourcedId")
    values.need(sheet, "name")
    kind = sheet["type"].str.to_lowercase()
    columns = {"key": key, "name": values.words(sheet, "name"), "kind": kind}
    columns |= {"state_id": sheet["identifier"], "parent": sheet["parentSourcedId"]}
    orgs = sheet.frame(columns)
    arrival.close(sheet)
    regions = orgs.filter(pl.col("kind") == "local")
    schools = orgs.filter(pl.col("kind") == "school")
    if not schools.height:
        stop(
            "orgs.csv", "no-schools", expected="organisations of type school", found="none", remedy="Send the schools."
        )
    above = _regions_of(schools, orgs, regions["key"])
    arrival.tables["regions"] = regions.select("key", "name").sort("key")
    arrival.tables["schools"] = schools.with_columns(region_key=above).select("key", "name", "state_id", "region_key")


def _regions_of(schools: pl.DataFrame, orgs: pl.DataFrame, regions: pl.Series) -> pl.Series:
    """The nearest region above each school, null when there is none."""
    parents = dict(orgs.select("key", "parent").iter_rows())
    known = set(regions)

    def climb(key: str | None) -> str | None:
        for _ in range(LEVELS):
            if key is None or key in known:
                return key
            key = parents.get(key)
        return None

    return pl.Series("region_key", [climb(p) for p in schools["parent"]], dtype=pl.String)
