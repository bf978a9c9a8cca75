"""The flow `refresh-releases`: fetch what is new, extract what changed, rebuild the tables, say what looks wrong.

In: parameters that a deployment can carry. Out: raw folder, tables, artifacts of both flows and one of warnings. Look first at
`refresh_releases`.
"""

import sys
from pathlib import Path
from typing import Any

from hkinno_extract.flows.environment import prepare_environment

if "prefect" not in sys.modules:
    prepare_environment()

from prefect import flow, get_run_logger
from prefect.artifacts import create_markdown_artifact

from hkinno_extract.flows.extract import extract_releases
from hkinno_extract.flows.ingest import ingest_releases
from hkinno_extract.pipeline.drift import rate_warnings


@flow(name="refresh-releases", flow_run_name="refresh {raw} to {out}", persist_result=False, validate_parameters=True)
def refresh_releases(
    raw: str = "raw",
    out: str = "outputs",
    config: str | None = None,
    sources: tuple[str, ...] = (),
    patterns: str | None = None,
) -> dict[str, Any]:
    """Fetches what is new, extracts what changed and rebuilds the tables; a source that fails is a warning, the others go on.

    Args:
        raw: Folder that releases land in.
        out: Folder of the tables.
        config: File of sources; none for ./sources.toml, else the package's own.
        sources: Names of sources; empty for all that are enabled.
        patterns: Folder of patterns; none for ./patterns, else the package's own.

    Returns:
        The reports of the sources, the summary of the extraction, and what looks wrong.
    """
    reports = ingest_releases(raw=raw, config=config, sources=sources)
    summary = extract_releases(raw=raw, out=out, patterns=patterns)
    warnings = [f"{r['source']}: {text}" for r in reports for text in (*r["warnings"], *([r["error"]] if r["error"] else []))]
    for fall in rate_warnings(Path(out)):
        warnings.append(fall)
        get_run_logger().warning(fall)
    lines = [f"- {text}" for text in warnings] or ["Nothing looks wrong."]
    create_markdown_artifact(markdown="\n".join(lines) + "\n", key="drift", description="What looks wrong at the sources or in the tables")
    return {"sources": reports, "extraction": summary, "warnings": warnings}
