"""What the browser tests share: Debian's Chromium, found or installed, and the review page as the command serves it.

In: an output folder. Out: a running `hkinno review serve` and its link. A machine that cannot have the browser skips with a loud line.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
_NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str:
    """The path of the browser; installed from Debian's packages where it is missing and that may be done."""
    for attempt in range(2):
        found = next(filter(None, map(shutil.which, _NAMES)), None)
        if found:
            return found
        if attempt == 0 and os.getuid() == 0 and shutil.which("apt-get"):
            environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            for arguments in (["update", "-qq"], ["install", "-y", "-qq", "chromium", "fonts-noto-cjk"]):
                subprocess.run(["apt-get", *arguments], env=environment, capture_output=True, timeout=900, check=False)
    pytest.skip("LOUD: NO chromium and none could be installed: the review page was NOT tested in a browser; apt-get install chromium")


@dataclass(frozen=True, slots=True)
class Served:
    """A running server: its link, its address, and the folder that it serves."""

    link: str
    out: Path

    @property
    def address(self) -> str:
        return self.link.partition("/?")[0]


@contextlib.contextmanager
def serving(out: Path, *arguments: str, full: bool = False) -> Iterator[Served]:
    """`hkinno review serve` on `out`; `full`: it can write no byte into any file, as on a full disk."""
    command = [sys.executable, "-m", "hkinno_extract", "review", "serve", "--out", str(out), "--who", "陳大文", "--no-browser", *arguments]
    if full:
        command = ["sh", "-c", 'ulimit -f 0; exec "$@"', "sh", *command]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            line = process.stdout.readline()
            assert "http://" in line, process.stderr.read()
            yield Served(line.split()[-1], out)
        finally:
            process.terminate()
            rest = process.communicate(timeout=60)
    assert "Traceback" not in rest[1], rest[1]
