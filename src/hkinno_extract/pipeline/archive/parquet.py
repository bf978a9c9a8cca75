"""The tables as Parquet data sets, one a table, in folders by year.

In: an output folder with CSV tables. Out: `parquet/<table>/year=<yyyy>/part-0.parquet`, the same columns with real types; rows without a
publication date are in year=unknown. Written beside, then renamed. Look first at `write_parquet`.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hkinno_extract.errors import UsageError
from hkinno_extract.settings import is_local
from hkinno_extract.tables.columns import COLUMNS, ColumnType, column_names
from hkinno_extract.tables.files import output_errors

FOLDER = "parquet"
UNKNOWN = "unknown"
_PROTECTED = "^'+[=+\\-@＝＋－＠\\t\\r\\n]"
"""What csv_cell puts an apostrophe in front of."""

_DIGITS, _DECIMALS = 38, 18
_BLOCK = 1 << 22


def write_parquet(out: Path) -> Path:
    """Writes the data sets of the tables in `out`; the folder that holds them. Raises UsageError without pyarrow, OutputError."""
    try:
        import pyarrow  # noqa: F401
    except ImportError as error:
        raise UsageError("pyarrow is not installed", remedy="Install it: pip install 'hkinno-extract[parquet]'.") from error
    target = out / FOLDER
    part = out / f".{FOLDER}.part" if is_local(out) else target
    with output_errors(target):
        for folder in {part, target} if not is_local(out) else {part}:
            _remove(folder)
        for table in COLUMNS:
            _write_table(out / f"{table}.csv", table, part / table)
        if is_local(out):
            _remove(target)
            part.replace(target)
    return target


def _remove(folder: Path) -> None:
    if not folder.exists():
        return
    if is_local(folder):
        shutil.rmtree(folder)
    else:
        folder.fs.rm(folder.path, recursive=True)  # type: ignore[attr-defined]


def _write_table(source: Path, table: str, folder: Path) -> None:
    import pyarrow.parquet as pq

    with contextlib.ExitStack() as stack:
        writers: dict[str, Any] = {}
        for batch in _batches(source, table):
            for year, rows in _by_year(batch):
                if year not in writers:
                    path = folder / f"year={year}" / "part-0.parquet"
                    if is_local(path):
                        path.parent.mkdir(parents=True, exist_ok=True)
                    handle = stack.enter_context(path.open("wb"))
                    writers[year] = stack.enter_context(pq.ParquetWriter(handle, rows.schema, compression="zstd"))
                writers[year].write_table(rows)
        if not writers:
            _write_nothing(folder, table)


def _write_nothing(folder: Path, table: str) -> None:
    """A table without a row still has its columns."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = folder / f"year={UNKNOWN}" / "part-0.parquet"
    if is_local(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as handle:
        pq.write_table(pa.schema([(c.name, _type(c.type)) for c in COLUMNS[table]]).empty_table(), handle)


def _batches(source: Path, table: str) -> Iterator[Any]:
    """The rows of a CSV table with their types, some thousands at a time."""
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import csv

    convert = csv.ConvertOptions(
        column_types={c.name: _type(c.type) for c in COLUMNS[table]},
        null_values=[""],
        strings_can_be_null=True,
        true_values=["true"],
        false_values=["false"],
    )
    options = {
        "read_options": csv.ReadOptions(block_size=_BLOCK),
        "parse_options": csv.ParseOptions(newlines_in_values=True),
        "convert_options": convert,
    }
    texts = {c.name for c in COLUMNS[table] if c.type == "string"}
    with source.open("rb") as handle, csv.open_csv(handle, **options) as reader:
        for batch in reader:
            rows = pa.Table.from_batches([batch])
            for number, name in enumerate(column_names(table)):
                if name in texts:
                    cells = rows.column(name)
                    bare = pc.utf8_slice_codeunits(cells, 1)
                    rows = rows.set_column(number, name, pc.if_else(pc.match_substring_regex(cells, _PROTECTED), bare, cells))
            yield rows


def _type(kind: ColumnType) -> Any:
    import pyarrow as pa

    number = pa.decimal128(_DIGITS, _DECIMALS)
    return {"string": pa.string(), "integer": pa.int64(), "boolean": pa.bool_(), "number": number}[kind]


def _by_year(rows: Any) -> Iterator[tuple[str, Any]]:
    import pyarrow.compute as pc

    years = pc.fill_null(pc.utf8_slice_codeunits(rows.column("published_at"), 0, 4), UNKNOWN)
    for year in sorted(pc.unique(years).to_pylist()):
        yield year, rows.filter(pc.equal(years, year))
