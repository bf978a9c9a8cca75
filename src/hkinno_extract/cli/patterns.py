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


@app.command("add")
def add(
    table: Annotated[str, typer.Argument(metavar="TABLE", help="organisations or programmes.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="The canonical name, in Traditional characters.")],
    type: Annotated[str, typer.Option("--type", help="What it is, such as company, university, fund or scheme.")],
    id: Annotated[str | None, typer.Option("--id", metavar="ID", help="Its id; else one is proposed.")] = None,
    name_en: Annotated[str, typer.Option("--name-en", metavar="NAME", help="Its English name.")] = "",
    alias: Annotated[list[str] | None, typer.Option("--alias", metavar="NAME", help="Another form of the name; may be repeated.")] = None,
    source: Annotated[str, typer.Option("--source", metavar="TEXT", help="Where the fact is from.")] = "",
    patterns: PatternsOption = None,
) -> None:
    """Append a name to a gazetteer, after checking that no row has it yet.

    \b
    Examples:
      hkinno patterns add organisations 雲水科技有限公司 --type company --source "company's site"
      hkinno patterns add programmes 青苗資助計劃 --type scheme --alias 青苗計劃
    """
    from hkinno_extract.pattern_files import load_patterns
    from hkinno_extract.recognition.checks import append_row
    from hkinno_extract.settings import Settings

    key = {"organisations": "org_id", "programmes": "programme_id"}.get(table, "id")
    values = {"name": name, "type": type, "name_en": name_en, "aliases": "|".join(alias or ()), "source": source}
    line = append_row(load_patterns(Settings(patterns=patterns).patterns_dir()), table, values | ({key: id} if id else {}))
    print(f"added to {table}.csv: {line.strip()}")
