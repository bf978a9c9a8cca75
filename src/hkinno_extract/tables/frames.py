"""Tables as pandas DataFrames with real types, from records or from a run's CSV files.

In: JSON rows of a table, or a folder of CSV. Out: DataFrames: text as `string`, whole numbers as `Int64`, `boolean`, and values as
`Decimal` objects (None where empty). pandas is imported here and nowhere else.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hkinno_extract.errors import UsageError
from hkinno_extract.tables.columns import COLUMNS, Column, ColumnType, column_names
from hkinno_extract.tables.rows import plain_cell

if TYPE_CHECKING:
    import pandas as pd

_DTYPES: Mapping[ColumnType, str] = {"string": "string", "integer": "Int64", "boolean": "boolean", "number": "object"}
_READERS: Mapping[ColumnType, Callable[[str], Any]] = {
    "string": plain_cell,
    "integer": int,
    "number": Decimal,
    "boolean": {"true": True, "false": False}.__getitem__,
}


def frame(table: str, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """The DataFrame of JSON rows of `table`; with no rows it still has the columns and their types."""
    kept = list(rows)
    return _frame(table, {c.name: [_value(row[c.name], c) for row in kept] for c in COLUMNS[table]})


def frames(release: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
    """The five DataFrames of a release's JSON object, by table."""
    return {table: frame(table, [release["document"]] if table == "documents" else release[table]) for table in COLUMNS}


def read_tables(folder: str | Path) -> dict[str, pd.DataFrame]:
    """The tables that a run wrote into `folder`, by name, with the types and values that they were written from.

    The apostrophe in front of a cell that would start a formula is taken off. Raises UsageError where a table is missing or has
    other columns.
    """
    return {table: _read_table(Path(folder) / f"{table}.csv", table) for table in COLUMNS}


def _read_table(path: Path, table: str) -> pd.DataFrame:
    names = column_names(table)
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.reader(handle, strict=True)
            header = next(reader, [])
            if header != names:
                raise UsageError("the columns are not those of this version", where=str(path), remedy="Run hkinno run again.")
            cells = list(reader)
    except OSError as error:
        problem = (error.strerror or str(error)).lower()
        raise UsageError(problem, where=str(path), remedy="Name the output folder of a run.") from error
    columns: dict[str, list[Any]] = {}
    for number, column in enumerate(COLUMNS[table]):
        read = _READERS[column.type]
        columns[column.name] = [read(row[number]) if row[number] else None for row in cells]
    return _frame(table, columns)


def _frame(table: str, columns: Mapping[str, list[Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({c.name: pd.Series(columns[c.name], dtype=_DTYPES[c.type]) for c in COLUMNS[table]})


def _value(value: Any, column: Column) -> Any:
    return Decimal(value) if column.type == "number" and value is not None else value
