"""What Prefect reads from the environment, each only where the user has not set it.

In: os.environ. Out: os.environ. Must run before prefect is imported, which reads its settings then.
"""

from __future__ import annotations

import os

from hkinno_extract.settings import cache_dir

DEFAULTS = {
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
}


def prepare_environment(*, quiet: bool = False) -> None:
    """Sets DEFAULTS and a PREFECT_HOME in our cache folder, made where it is missing. `quiet` keeps Prefect's log off the terminal."""
    if "PREFECT_HOME" not in os.environ:
        home = cache_dir() / "prefect"
        home.mkdir(parents=True, exist_ok=True)
        os.environ["PREFECT_HOME"] = str(home)
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    if quiet:
        os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
