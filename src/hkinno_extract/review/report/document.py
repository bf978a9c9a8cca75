"""The report as one HTML file: no script, no address, its styles named by their hash so that nothing else can be let in.

In: an output folder. Out: HTML. Look first at `report_html`. Everything from a release is escaped by the template.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from importlib import metadata, resources
from pathlib import Path
from typing import Any

from hkinno_extract.review.marks import HIDDEN, LOST, Piece, described, named, pieces, visible
from hkinno_extract.review.report.charts import drawing
from hkinno_extract.review.report.facts import QUALITIES, collect
from hkinno_extract.review.report.series import AMOUNTS, RANKS, Series
from hkinno_extract.review.summaries import summary
from hkinno_extract.review.words import environment, words_of
from hkinno_extract.tables.columns import RECORD_TABLES
from hkinno_extract.tables.files import write_text
from hkinno_extract.tables.rows import shown

CHARTS = 12
_STATES = ("accepted", "corrected", "rejected", "added", "stale")
Words = Mapping[str, str]


def write_report(path: Path, out: Path, *, language: str = "en", releases: int = 100) -> int:
    """Writes the report of the output folder `out` to `path`, whole or not at all; the number of bytes. Raises UsageError, OutputError."""
    return write_text(path, report_html(out, language=language, releases=releases))


def report_html(out: Path, *, language: str = "en", releases: int = 100) -> str:
    """The report as HTML, with at most `releases` releases and CHARTS charts a table."""
    facts, words = collect(out, releases=releases), words_of(language)
    style = resources.files(__package__ or "").joinpath("templates/report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    template = environment(__package__ or "").get_template("report.html")
    charts = {table: [s for s in facts.series if s.table == table] for table in (RANKS, AMOUNTS)}
    return template.render(
        language=language,
        words=words,
        style=style,
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'",
        facts=facts,
        tables=RECORD_TABLES,
        qualities=QUALITIES,
        states=_STATES,
        charts={table: [_chart(s, words, language) for s in series[:CHARTS]] for table, series in charts.items()},
        more={table: max(0, len(series) - CHARTS) for table, series in charts.items()},
        releases=[_release(release, words) for release in facts.releases],
        version=metadata.version("hkinno-extract"),
    )


def _chart(series: Series, words: Words, language: str) -> dict[str, Any]:
    points = [
        {"when": p.when, "value": _number(p.low) if p.low == p.high else f"{_number(p.low)}–{_number(p.high)}"} for p in series.points
    ]
    title = visible(series.title)
    alt = words["r_chart_alt"].format(title=title, count=len(points), first=points[0]["when"], last=points[-1]["when"])
    return {"title": title, "unit": visible(series.unit), "points": points, "image": drawing(series, language=language), "alt": alt}


def _number(value: Decimal) -> str:
    return f"{value:,}"


def _release(release: Mapping[str, Any], words: Words) -> dict[str, Any]:
    document = release["document"]
    records = [{"table": t, "line": summary(t, shown(row)), **shown(row)} for t in RECORD_TABLES for row in release[t]]
    records.sort(key=lambda r: (r["start"], -r["end"], r["table"], r["record_id"]))
    for record in records:
        record["text"] = visible(record["text"])
    by_id = {record["record_id"]: record for record in records}
    about = (document["published_at"] and document["published_at"][:16].replace("T", " "), document["issuer"], document["source"])
    return {
        "title": visible(document["title"] or document["doc_id"]),
        "about": visible(" · ".join(part for part in about if part)),
        "records": records,
        "pieces": list(_shown(release, by_id, words)),
    }


def _shown(release: Mapping[str, Any], records: Mapping[str, Mapping[str, Any]], words: Words) -> Iterator[dict[str, str | None]]:
    """The pieces as the template shows them: text, classes, the record that they lead to, and what hovering tells."""
    for piece in pieces(release):
        record = records[piece.records[-1]] if piece.records else None
        classes = [f"span {record['table']} {record['review'] or ''}".strip()] if record else []
        classes += [name for name, holds in (("lost", piece.sign == LOST), ("hidden-sign", piece.sign == HIDDEN)) if holds]
        if piece.repair:
            classes.append("repaired" if piece.text else "gone")
        yield {
            "text": named(piece.text) if piece.sign == HIDDEN else piece.text,
            "class": " ".join(classes),
            "to": record["record_id"] if record and piece.text else None,
            "tip": _tip(piece, record, words),
        }


def _tip(piece: Piece, record: Mapping[str, Any] | None, words: Words) -> str:
    parts = [record["line"]] if record else []
    if piece.repair:
        parts.append(words["raw_tip" if piece.text else "gone_tip"].format(raw=visible(piece.raw or "")))
    if piece.sign == LOST:
        parts.append(words["lost_tip"])
    if piece.sign == HIDDEN:
        parts.append(words["hidden_tip"].format(means=described(piece.text)))
    return "\n".join(parts)
