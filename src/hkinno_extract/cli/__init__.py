"""The command line, `hkinno`.

In: arguments. Out: text or JSON on standard output, messages on standard error, and an exit status: 0 all extracted, 3 some releases
quarantined, 2 wrong usage, 1 failed. Reading order: app.py (commands and errors), then a module a group of commands.
"""

from __future__ import annotations

import os


def main() -> int:
    """Runs the command that sys.argv names; the exit status.

    Processes that it starts (Prefect's server) keep the working folder out of their path: an html.py beside the data would be run there in
    the place of the standard library's.
    """
    os.environ.setdefault("PYTHONSAFEPATH", "1")
    from hkinno_extract.cli.app import run_app

    return run_app()
