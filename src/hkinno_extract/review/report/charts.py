"""A series as a drawing: SVG by Vega-Altair, inside an address of its own, so that nothing in it can reach the page.

In: a `Series`. Out: a `data:` address of an SVG image. Nothing is loaded and no script stays; the same series gives the same bytes.
"""

from __future__ import annotations

import base64
import io
from typing import Any

from hkinno_extract.review.report.series import RANKS, Series

_WIDTH, _HEIGHT = 380, 190
_COLOURS = {"rankings": "#2166b5", "amounts": "#1f7a3a"}
_LARGE = {
    "en": "replace(format(datum.value, '~s'), 'G', 'B')",
    "zh-Hant": "abs(datum.value) < 1e8 ? format(datum.value / 1e4, ',~r') + '萬' : format(datum.value / 1e8, ',~r') + '億'",
}


def drawing(series: Series, *, language: str = "en") -> str:
    """The `data:` address of the drawing of `series`; better places stand higher. Large numbers are in the language's words."""
    import altair as alt

    values = [{"when": p.when, "low": float(p.low), "high": float(p.high), "middle": float((p.low + p.high) / 2)} for p in series.points]
    ranks = series.table == RANKS
    numbers = alt.Undefined if _small(series) else _LARGE[language]
    axis = alt.Axis(format="d" if ranks else ",~r", tickMinStep=1 if ranks else alt.Undefined, labelExpr=numbers, title=None)
    scale = alt.Scale(reverse=ranks, zero=False, nice=True)
    colour = _COLOURS[series.table]
    when = alt.X("when:O", title=None, axis=alt.Axis(labelAngle=-40 if _crowded(series) else 0))
    base = alt.Chart(alt.InlineData(values=values)).encode(x=when)
    line = base.mark_line(color=colour).encode(y=alt.Y("mean(middle):Q", axis=axis, scale=scale))
    span = base.mark_rule(color=colour, strokeWidth=3, opacity=0.4).encode(y=alt.Y("low:Q", axis=axis, scale=scale), y2="high:Q")
    dots = base.mark_point(color=colour, filled=True, size=50, opacity=1).encode(y=alt.Y("middle:Q", axis=axis, scale=scale))
    chart: Any = alt.layer(line, span, dots).properties(width=_WIDTH, height=_HEIGHT, background="white")
    chart = chart.configure(font="sans-serif").configure_view(stroke=None)
    buffer = io.StringIO()
    chart.save(buffer, format="svg", engine="vl-convert")
    return f"data:image/svg+xml;base64,{base64.b64encode(buffer.getvalue().encode()).decode()}"


def _small(series: Series) -> bool:
    return max(abs(p.high) for p in series.points) < 10_000


def _crowded(series: Series) -> bool:
    return sum(len(when) + 2 for when in {p.when for p in series.points}) > _WIDTH // 7
