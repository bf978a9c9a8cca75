"""A site that imitates the sources: real HTTP on loopback, pages in our own words in the structures of the real ones.

In: days and faults. Out: a running server and the log of what it was asked. Reading order: content.py (which releases there are), pages.py
(what they look like), server.py (addresses and faults). `python -m tests.site --port 8080 --faults` starts it by hand.
"""

from tests.site.content import Content, Release
from tests.site.server import Request, Site

__all__ = ["Content", "Release", "Request", "Site"]
