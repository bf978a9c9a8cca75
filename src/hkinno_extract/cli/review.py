"""`hkinno review`: what reviewers decided, out to a workbook and back.

In: an output folder, edited files, other reviewers' decisions. Out: a workbook, decisions in reviews.jsonl, figures, gold records.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from hkinno_extract.cli.options import JsonOption, OutOption, WhoOption, print_json, user
from hkinno_extract.cli.page import serve
from hkinno_extract.cli.text import columns, fit

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Accept, correct or reject what was extracted; decisions are kept for good."
)
app.command("serve")(serve)
WORKBOOK = "review.xlsx"
RawOption = Annotated[Path, typer.Option("--raw", metavar="DIR", help="Folder of releases, for links to their sources.")]
_SHOWN = 50


@app.command("export")
def export(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="The workbook; else review.xlsx in the output folder.")] = None,
    out: OutOption = Path("outputs"),
    raw: RawOption = Path("raw"),
) -> None:
    """Write a run's tables and decisions to one workbook, a sheet a table, stale rows first.

    \b
    Examples:
      hkinno review export
      hkinno review export june.xlsx --out tables
    """
    path, rows = export_workbook(out, raw, file)
    print(f"{rows} records in {path}")


def export_workbook(out: Path, raw: Path, file: Path | None = None) -> tuple[Path, int]:
    """Writes the workbook of `out`; its path and number of records."""
    from hkinno_extract.review.listing import read_listing
    from hkinno_extract.review.outcome import Reviews
    from hkinno_extract.review.workbook import write_workbook

    listing = read_listing(out, Reviews.load(out))
    path = file or out / WORKBOOK
    write_workbook(path, listing, raw=raw)
    return path, sum(len(rows) for rows in listing.rows.values())


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An edited workbook, or one table as CSV.")],
    out: OutOption = Path("outputs"),
    who: WhoOption = None,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="A note for decisions that have none.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List the edits and change nothing.")] = False,
    json: JsonOption = False,
) -> None:
    """Take the edits of a workbook or CSV as decisions and put them into the tables.

    \b
    Examples:
      hkinno review import outputs/review.xlsx --dry-run
      hkinno review import amounts.csv --who "Chan Tai Man"
    """
    from hkinno_extract.review.edits import read_edits

    edits = read_edits(out, file)
    if json:
        print_json({"rows": edits.rows, "edits": edits.lines(), "refused": edits.refused, "dry_run": dry_run})
    else:
        for line in edits.lines():
            print(line)
        for line in edits.refused:
            print(f"refused: {line}", file=sys.stderr)
    if edits.decisions and not dry_run:
        from hkinno_extract.pipeline.reviewed import refresh
        from hkinno_extract.review.store import Store

        signed = [d.replace(who=who or user(), note=d.note or note) for d in edits.decisions]
        Store(out).append(signed)
        refresh(out)
    if not json:
        done = "would be taken" if dry_run else "taken, the tables show them"
        print(f"{edits.rows} rows read, {len(edits.decisions)} decisions {done}, {len(edits.refused)} refused")


@app.command("merge")
def merge(
    other: Annotated[Path, typer.Argument(metavar="FILE", help="The reviews.jsonl of another reviewer.")],
    out: OutOption = Path("outputs"),
    json: JsonOption = False,
) -> None:
    """Add another reviewer's decisions; conflicts are listed, none is dropped, the later stands.

    \b
    Examples:
      hkinno review merge /mnt/share/chan/reviews.jsonl
      hkinno review merge theirs.jsonl --out tables --json
    """
    from hkinno_extract.pipeline.reviewed import refresh
    from hkinno_extract.review.edits import described
    from hkinno_extract.review.store import Store
    from hkinno_extract.tables.writing import JSON_FOLDER

    merged = Store(out).merge(other)
    if merged.added and (out / JSON_FOLDER).is_dir():
        refresh(out)
    lines = [
        {"ours": f"{c.ours.who}: {described(c.ours)}", "theirs": f"{c.theirs.who}: {described(c.theirs)}", "stands": c.standing.who}
        for c in merged.conflicts
    ]
    if json:
        print_json({"added": merged.added, "conflicts": lines})
        return
    for line in lines:
        print(f"conflict: {line['ours']} | {line['theirs']} | the later stands: {line['stands']}")
    print(f"{merged.added} decisions added, {len(merged.conflicts)} conflicts")


@app.command("list")
def list_decisions(
    out: OutOption = Path("outputs"),
    every: Annotated[bool, typer.Option("--all", help="List every decision, not only what wants a look.")] = False,
    json: JsonOption = False,
) -> None:
    """List what wants a look: stale rows first, then decisions whose record is gone.

    \b
    Examples:
      hkinno review list
      hkinno review list --all --json
    """
    from hkinno_extract.review.edits import described
    from hkinno_extract.review.listing import read_listing
    from hkinno_extract.review.outcome import Reviews
    from hkinno_extract.review.store import Store

    store = Store(out)
    reviews = Reviews(store.read())
    listing = read_listing(out, reviews)
    rows = [(table, row.values) for table, found in listing.rows.items() for row in found if row.values["review"]]
    shown = [(t, v) for t, v in rows if every or v["review"] == "stale"]
    shown.sort(key=lambda pair: pair[1]["review"] != "stale")
    gone = [f"{d.who}: {described(d)}" for d in listing.lost]
    if json:
        keys = ("record_id", "doc_id", "text", "review")
        entries: list[dict[str, Any]] = [{"table": t, **{k: v[k] for k in keys}} for t, v in shown]
        print_json({"decided": len(rows), "rows": entries, "without_record": gone, "unreadable": store.problems()})
        return
    for table, values in shown:
        print(f"{values['review']}: {values['doc_id']} {table} {values['text']!r} in {fit(values['sentence'] or '', 120)!r}")
    for line in gone:
        print(f"record gone: {line}")
    for problem in store.problems():
        print(problem, file=sys.stderr)
    stale = sum(1 for _, v in rows if v["review"] == "stale")
    print(f"{len(rows)} rows decided on, {stale} of them stale; {len(gone)} decisions without a record")


@app.command("stats")
def stats(
    out: OutOption = Path("outputs"),
    limit: Annotated[int, typer.Option("--limit", metavar="N", help="How many rules to show; the JSON has all.")] = _SHOWN,
    json: JsonOption = False,
) -> None:
    """Show per rule what became of its records, the worst rule first, with sentences.

    \b
    Examples:
      hkinno review stats
      hkinno review stats --limit 5 --out tables
    """
    from hkinno_extract.review.lessons import rule_figures
    from hkinno_extract.review.outcome import Reviews

    figures = rule_figures(Reviews.load(out))
    if json:
        names = ("pattern", "accepted", "corrected", "rejected", "examples")
        print_json([{**{n: getattr(f, n) for n in names}, "interval": [round(x, 4) for x in f.interval]} for f in figures])
        return
    table = [
        [f.pattern, str(f.accepted), str(f.corrected), str(f.rejected), "{:.0%} to {:.0%}".format(*f.interval)] for f in figures[:limit]
    ]
    for line in columns(["rule", "accepted", "corrected", "rejected", "right as extracted (95 %)"], table):
        print(line)
    for rule in figures[:limit]:
        for example in rule.examples:
            print(f"\n{rule.pattern}: {example}")


@app.command("to-gold")
def to_gold(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where gold.jsonl and the texts go.")],
    out: OutOption = Path("outputs"),
    partial: Annotated[bool, typer.Option("--partial", help="Take releases that are partly reviewed; the rest is optional.")] = False,
    json: JsonOption = False,
) -> None:
    """Write reviewed releases as gold records, for hkinno score.

    \b
    Examples:
      hkinno review to-gold gold
      hkinno review to-gold gold --partial --out tables
    """
    from hkinno_extract.review.lessons import write_gold

    gold = write_gold(out, folder, partial=partial)
    if json:
        print_json({"written": gold.written, "left_out": gold.left_out})
        return
    for doc_id, number in sorted(gold.left_out.items()):
        print(f"left out: {doc_id}: {number} of its records are not decided on or stale", file=sys.stderr)
    print(f"{len(gold.written)} releases in {folder / 'gold.jsonl'}")
