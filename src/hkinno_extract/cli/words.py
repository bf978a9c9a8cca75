"""`hkinno segment` and `hkinno repair`: what the first rooms make of a file.

In: a file or standard input. Out: its words, or its repaired text and what was repaired.
"""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from hkinno_extract.cli.options import JsonOption, PatternsOption, SegmenterOption, print_json, read_argument
from hkinno_extract.cli.quick import import_spacy

FileArgument = Annotated[str, typer.Argument(metavar="FILE|-", help="A release, or - for standard input.")]
_CONTEXT = 12


def segment(
    file: FileArgument,
    tags: Annotated[bool, typer.Option("--tags", help="Print each word's class behind a slash.")] = False,
    patterns: PatternsOption = None,
    segmenter: SegmenterOption = "hkinno",
    json: JsonOption = False,
) -> None:
    """Print the words of a release, a sentence a line.

    \b
    Examples:
      hkinno segment raw/samples/itib-2025-review.txt
      hkinno segment - --tags < release.htm
    """
    import_spacy()
    from hkinno_extract.pipeline import Extractor
    from hkinno_extract.pipeline.plan import members_of
    from hkinno_extract.settings import Settings

    name, data = read_argument(file)
    extractor = Extractor(Settings(patterns=patterns, segmenter=segmenter))
    lines: list[list[tuple[str, str]]] = []
    for release in members_of(name, data):
        lines.extend(extractor.words(release))
    if json:
        print_json([[{"word": word, "class": tag} for word, tag in line] for line in lines])
        return
    for line in lines:
        print(" ".join(f"{word}/{tag}" if tags else word for word, tag in line))


def repair(
    file: FileArgument,
    explain: Annotated[bool, typer.Option("--explain", help="Show each repair, before and after, instead of the text.")] = False,
    json: JsonOption = False,
) -> None:
    """Print the repaired text of a release, or what was repaired in it.

    \b
    Examples:
      hkinno repair raw/samples/itib-2025-review.txt
      hkinno repair --explain release.htm
    """
    from hkinno_extract.pipeline import Extractor
    from hkinno_extract.pipeline.plan import members_of

    name, data = read_argument(file)
    extractor = Extractor()
    for release in members_of(name, data):
        repaired = extractor.repaired(release)
        changes = [s for s in repaired.stretches if s.repair]
        if json:
            print_json({"doc_id": release.doc_id, "repairs": repaired.fired, "changes": [_change(repaired, s) for s in changes]})
        elif explain:
            for firing in extractor.explained(release):
                print(_explained(repaired.raw, firing, colour=sys.stdout.isatty()))
            print("; ".join(f"{name}: {count}" for name, count in sorted(repaired.fired.items())) or "nothing to repair")
        else:
            sys.stdout.write(repaired.text if repaired.text.endswith("\n") else f"{repaired.text}\n")


def _change(repaired: Any, stretch: Any) -> dict[str, Any]:
    return {
        "repair": stretch.repair,
        "before": repaired.raw[stretch.raw_start : stretch.raw_end],
        "after": repaired.text[stretch.start : stretch.end],
        "start": stretch.start,
        "end": stretch.end,
        "raw_start": stretch.raw_start,
        "raw_end": stretch.raw_end,
    }


def _explained(raw: str, firing: Any, *, colour: bool) -> str:
    before = " ".join(raw[max(0, firing.raw_start - _CONTEXT) : firing.raw_start].split())
    behind = " ".join(raw[firing.raw_end : firing.raw_end + _CONTEXT].split())
    old, new = firing.before, firing.after
    change = f"\x1b[31m{old}\x1b[32m{new}\x1b[0m" if colour else f"[-{old}-]{{+{new}+}}"
    return f"{firing.repair}: …{before}{change}{behind}…"
