"""`hkinno score`: precision and recall of a run's tables against gold records.

In: a gold file and a folder of tables. Out: figures a table, and every difference with `--errors`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hkinno_extract.cli.options import JsonOption, print_json
from hkinno_extract.cli.text import columns


def score(
    gold: Annotated[Path, typer.Argument(metavar="GOLD", help="JSONL of gold records, a release a line.")],
    tables: Annotated[Path, typer.Argument(metavar="TABLES", help="The output folder of a run.")],
    errors: Annotated[bool, typer.Option("--errors", help="List what is missed, extra or different.")] = False,
    json: JsonOption = False,
) -> None:
    """Measure a run's tables against gold records.

    \b
    Examples:
      hkinno score gold.jsonl outputs
      hkinno score gold.jsonl outputs --errors
    """
    from hkinno_extract.scoring import score_folder

    report = score_folder(gold, tables)
    if json:
        print_json(report.as_json())
        return
    rows = []
    for name, figures in report.tables.items():
        rows.append(
            [name, f"{figures.precision:.4f}", f"{figures.recall:.4f}", f"{figures.f1:.4f}", str(figures.gold), str(figures.predicted)]
        )
    for line in columns(["table", "precision", "recall", "f1", "gold", "found"], rows):
        print(line)
    for name, figures in report.tables.items():
        stated = [[a, f"{c.accuracy:.4f}", str(c.stated), str(c.spurious), str(c.silent)] for a, c in figures.attributes.items()]
        print(f"\n{name}")
        for line in columns(["attribute", "accuracy", "stated", "spurious", "silent"], stated):
            print(f"  {line}")
    for error in report.errors if errors else ():
        print(error)
