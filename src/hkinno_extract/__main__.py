"""`python -m hkinno_extract` is `hkinno`."""

from __future__ import annotations

import sys

from hkinno_extract.cli import main

if __name__ == "__main__":
    sys.exit(main())
