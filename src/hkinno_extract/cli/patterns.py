"""`hkinno patterns`: checks the words, gazetteers and rules.

In: a folder of patterns. Out: every problem with file, line and remedy.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from hkinno_extract.cli.options import JsonOption, PatternsOption, SegmenterOption, print_json
from hkinno_extract.cli.quick import import_spacy

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Check the words, gazetteers and rules, or add a name.")


@app.command("check")
def check(
    patterns: PatternsOption = None,
    segmenter: SegmenterOption = "hkinno",
    rules_only: Annotated[bool, typer.Option("--rules-only", help="Leave out the checks of the gazetteers.")] = False,
    json: JsonOption = False,
) -> None:
    """Validate every file of patterns/ and run every rule's examples.

    \b
    Examples:
      hkinno patterns check
      hkinno patterns check --patterns my-patterns --json
    """
    import_spacy()
    from hkinno_extract.pipeline.check import check_patterns
    from hkinno_extract.settings import Settings

    report = check_patterns(Settings(patterns=patterns, segmenter=segmenter), gazetteers=not rules_only)
    if json:
        print_json(report.as_json())
    else:
        for problem in report.problems:
            print(problem, file=sys.stderr)
        for warning in report.warnings:
            print(f"warning: {warning}", file=sys.stderr)
        print(f"{report.words} words, {report.names} names, {report.rules} rules with {report.examples} examples: ", end="")
        print(f"{len(report.problems)} problems" if report.problems else "all in order")
    if report.problems:
        raise typer.Exit(1)
