"""`hkinno report`: the results of a run as one HTML file.

In: an output folder. Out: the file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hkinno_extract.errors import UsageError


def report(
    out: Annotated[Path, typer.Argument(metavar="[OUT]", help="The output folder of a run.")] = Path("outputs"),
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="The file; else report.html in the output folder.")
    ] = None,
    releases: Annotated[int, typer.Option("--releases", metavar="N", min=0, help="Show the text of at most so many releases.")] = 100,
    language: Annotated[str, typer.Option("--language", metavar="CODE", help="Language of the report: en or zh-Hant.")] = "en",
) -> None:
    """Write the results of a run to one HTML file that needs no network: counts, charts over time, releases with their records.

    \b
    Examples:
      hkinno report
      hkinno report tables --output june.html --language zh-Hant --releases 20
    """
    from hkinno_extract.review.report.document import write_report
    from hkinno_extract.review.words import LANGUAGES

    if language not in LANGUAGES:
        raise UsageError(f"no report is written in {language!r}", remedy=f"Use one of {', '.join(LANGUAGES)}.")
    path = output or out / "report.html"
    size = write_report(path, out, language=language, releases=releases)
    print(f"{size / 1024:,.0f} KiB in {path}")
