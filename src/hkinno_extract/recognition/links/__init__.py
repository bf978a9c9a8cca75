"""Attributes that point from one table to another: a ranking's publisher and subject, an amount's programme and organisation.

In: a View whose four tables are found. Out: the same view, its records replaced by linked ones. Look first at `link`; rankings are linked
in publishers.py and holders.py, amounts in schemes.py (programmes) and owners.py (organisations).
"""

from __future__ import annotations

from hkinno_extract.pattern_files import Patterns
from hkinno_extract.recognition.links.holders import HolderLinker
from hkinno_extract.recognition.links.owners import OwnerLinker
from hkinno_extract.recognition.links.publishers import PublisherLinker
from hkinno_extract.recognition.links.schemes import SchemeLinker
from hkinno_extract.recognition.view import View
from hkinno_extract.records import Amount, Ranking, Record


def link(view: View, patterns: Patterns) -> None:
    """Fills subject_id, publisher, publisher_id of rankings, and programme(_id), organisation(_id) of amounts, in `view.found`."""
    rankings = [r for r in view.found.get("rankings", ()) if isinstance(r, Ranking)]
    amounts = [a for a in view.found.get("amounts", ()) if isinstance(a, Amount)]
    if rankings:
        publishers, holders = PublisherLinker(view, patterns), HolderLinker(view, patterns)
        linked: list[Record] = [holders.linked(publishers.linked(r), amounts, rankings) for r in rankings]
        view.found["rankings"] = linked
    if amounts:
        schemes, owners = SchemeLinker(view), OwnerLinker(view)
        view.found["amounts"] = [owners.linked(schemes.linked(a)) for a in amounts]


__all__ = ["link"]
