"""Options that several commands share, and the Settings they make.

In: what was typed. Out: `Settings`.
"""

from __future__ import annotations

import getpass
import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from hkinno_extract.errors import UsageError
from hkinno_extract.settings import SEGMENTERS

PatternsOption = Annotated[
    Path | None, typer.Option("--patterns", metavar="DIR", help="Folder of patterns; else ./patterns, else those of the package.")
]
CurrencyOption = Annotated[str, typer.Option("--currency", metavar="CODE", help="ISO 4217 code of a 元 without a country.")]
SegmenterOption = Annotated[
    str, typer.Option("--segmenter", metavar="NAME", help=f"Word segmenter: {', '.join(SEGMENTERS)}.", envvar="HKINNO_SEGMENTER")
]
OutOption = Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="The output folder of a run.")]
WhoOption = Annotated[str | None, typer.Option("--who", metavar="NAME", help="Who decided; else you.", envvar="HKINNO_REVIEWER")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object, for scripts.")]


def read_argument(file: str) -> tuple[str, bytes]:
    """Name and bytes of FILE, or of standard input for `-`. Raises UsageError where it cannot be read."""
    if file == "-":
        return "-", sys.stdin.buffer.read()
    path = Path(file)
    try:
        return path.name, path.read_bytes()
    except OSError as error:
        problem = (error.strerror or str(error)).lower()
        raise UsageError(problem, where=file, remedy="Name a file, or - for standard input.") from error


def print_json(value: Any) -> None:
    """Prints `value` as JSON on standard output."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def user() -> str:
    """The name of whoever runs the command, empty where the system does not say."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return os.environ.get("USER", "")
