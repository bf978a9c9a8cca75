"""`hkinno review serve`: the review page on this machine.

In: an output folder. Out: a page until it is interrupted, then tables that show the decisions.
"""

from __future__ import annotations

import os
import sys
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from hkinno_extract.cli.options import OutOption, PatternsOption, WhoOption, user


def serve(
    out: OutOption = Path("outputs"),
    who: WhoOption = None,
    port: Annotated[int, typer.Option("--port", metavar="N", help="Port of this machine; 0: any that is free.")] = 0,
    patterns: PatternsOption = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")] = True,
) -> None:
    """Open the review page of a run on this machine, until interrupted; then the tables show the decisions.

    \b
    Examples:
      hkinno review serve
      hkinno review serve --out tables --who "Chan Tai Man" --port 8425 --no-browser
    """
    from hkinno_extract.pattern_files import load_patterns
    from hkinno_extract.pipeline.reviewed import refresh
    from hkinno_extract.review.page.desk import Desk
    from hkinno_extract.review.page.server import only_one
    from hkinno_extract.review.page.server import serve as serve_page
    from hkinno_extract.review.store import REVIEWS
    from hkinno_extract.settings import Settings

    def ready(link: str) -> None:
        if desk.unreadable:
            print(f"warning: {desk.unreadable} lines of {REVIEWS} are no decisions; hkinno review list names them", file=sys.stderr)
        print(f"{desk.index.progress()['total']} records to review: {link}\nCtrl-C ends it.", flush=True)
        if browser and _has_screen():
            webbrowser.open(link)

    folder = Settings(patterns=patterns).patterns_dir()
    load_patterns(folder)  # what is wrong in them shows now, not when a name is added
    with only_one(out):
        desk = Desk(out, who=who or user(), refresh=refresh)
        serve_page(desk, port=port, patterns=folder, ready=ready)
        if desk.waiting:
            print(f"putting {desk.waiting} decisions into the tables …", flush=True)
            desk.refresh_tables()


def _has_screen() -> bool:
    """Whether a browser can open beside the terminal; one that works in it would keep the server from starting."""
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
