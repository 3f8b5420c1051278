"""Many rows at once: they leave PostgreSQL by COPY and arrive as columns."""

from tempfile import TemporaryFile
from typing import Any

import polars as pl
from django.db import connection


def frame(select: str, columns: dict[str, Any], **values: Any) -> pl.DataFrame:
    """The rows of a `select` as columns of these names and types; an empty cell of text is ""."""
    with connection.cursor() as cursor, TemporaryFile() as file:
        query = cursor.mogrify(select, values)
        with cursor.copy(f"copy ({query}) to stdout (format csv)") as copy:
            for chunk in copy:
                file.write(chunk)
        if not file.tell():
            return pl.DataFrame(schema=columns)
        file.seek(0)
        types = list(columns.values())
        rows = pl.read_csv(file, has_header=False, new_columns=list(columns), schema_overrides=types)
        return rows.with_columns(pl.col(pl.String).fill_null(""))
