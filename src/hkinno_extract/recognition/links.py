"""Attributes that point from one table to another: a ranking's publisher and subject id, an amount's programme and organisation.

In: a View whose four tables are found. Out: the same view, its records replaced by linked ones.
"""

from __future__ import annotations

from hkinno_extract.pattern_files import Patterns
from hkinno_extract.recognition.view import View


def link(view: View, patterns: Patterns) -> None:
    """Fills subject_id, publisher, publisher_id of rankings, and programme(_id), organisation(_id) of amounts, in `view.found`."""
