"""Replacing served tables whole: written beside, then renamed over, with the names of their indexes kept."""

from typing import Any

import polars as pl
from django.db import connection, models


def swap(tables: dict[type[models.Model], pl.DataFrame]) -> None:
    """Replace every row of these tables; columns of a frame are the table's. Call it inside a transaction.

    Readers see the old rows until the commit. All copies are written before the first table is dropped, so that
    readers wait only for the renames.
    """
    with connection.cursor() as cursor:
        for model, rows in tables.items():
            _write(cursor, model._meta.db_table, rows)
        for model in tables:
            _rename(cursor, model._meta.db_table)


def _write(cursor: Any, table: str, rows: pl.DataFrame) -> None:
    """The new table is whole and known to the planner when it is renamed: no page waits for a vacuum to tell it."""
    cursor.execute(f'create table "{table}_new" (like "{table}" including all)')
    columns = ", ".join(f'"{name}"' for name in rows.columns)
    with cursor.copy(f'copy "{table}_new" ({columns}) from stdin (format csv, freeze)') as copy:
        copy.write(rows.write_csv(include_header=False, quote_style="non_numeric").encode())
    cursor.execute(f'analyze "{table}_new"')


def _rename(cursor: Any, table: str) -> None:
    names = dict(_indexes(cursor, table))
    cursor.execute(f'drop table "{table}"')
    cursor.execute(f'alter table "{table}_new" rename to "{table}"')
    for definition, name in _indexes(cursor, table):
        cursor.execute(f'alter index "{name}" rename to "{names[definition]}"')


def _indexes(cursor: Any, table: str) -> list[tuple[str, str]]:
    """(definition without names, name) of each index of a table."""
    cursor.execute(
        r"select regexp_replace(indexdef, ' INDEX \S+ ON \S+ ', ' '), indexname from pg_indexes "
        "where schemaname = current_schema() and tablename = %s",
        [table],
    )
    return list(cursor.fetchall())
