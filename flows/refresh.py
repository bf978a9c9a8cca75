"""The flow `refresh-releases`: fetch what is new, extract what changed, rebuild the tables, say what looks wrong.

In: parameters that a deployment can carry. Out: raw folder, tables, artifacts of both flows and one of warnings. Look first at
`refresh_releases`.
"""

import sys
from pathlib import Path
from typing import Annotated, Any

from hkinno_extract.flows.environment import prepare_environment

if "prefect" not in sys.modules:
    prepare_environment()

from prefect import flow, get_run_logger
from prefect.artifacts import create_markdown_artifact
from pydantic import Field

from hkinno_extract.flows.extract import extract_releases
from hkinno_extract.flows.ingest import ConfigOption, RawOption, SourcesOption, ingest_releases
from hkinno_extract.pipeline.drift import counts_of, rate_warning


@flow(name="refresh-releases", flow_run_name="refresh {raw} to {out}", persist_result=False, validate_parameters=True)
def refresh_releases(
    raw: RawOption = "raw",
    out: Annotated[str, Field(description="Folder of the tables.")] = "outputs",
    config: ConfigOption = None,
    sources: SourcesOption = [],  # noqa: B006
    patterns: Annotated[str | None, Field(description="Folder of patterns; none for ./patterns, else the package's own.")] = None,
) -> dict[str, Any]:
    """Fetches what is new, extracts what changed and rebuilds the tables. A source that fails is a warning, the others go on."""
    reports = ingest_releases(raw=raw, config=config, sources=sources)
    before = counts_of(Path(out))
    summary = extract_releases(raw=raw, out=out, patterns=patterns)
    warnings = [f"{r['source']}: {text}" for r in reports for text in (*r["warnings"], *([r["error"]] if r["error"] else []))]
    if fall := rate_warning(before, counts_of(Path(out))):
        warnings.append(fall)
        get_run_logger().warning(fall)
    lines = [f"- {text}" for text in warnings] or ["Nothing looks wrong."]
    create_markdown_artifact(markdown="\n".join(lines) + "\n", key="drift", description="What looks wrong at the sources or in the tables")
    return {"sources": reports, "extraction": summary, "warnings": warnings}
