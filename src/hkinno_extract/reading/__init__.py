"""Reading: bytes to text with blocks.

In: `RawRelease`. Out: `PageText`. Look first at `read_release`.
"""

from __future__ import annotations

from hkinno_extract.records import PageText, RawRelease
from hkinno_extract.segmentation.blocks import plain_blocks


def read_release(release: RawRelease) -> PageText:
    """The text of one release, decoded, with its blocks. Raises ReadingError where it is no release."""
    text = release.data.decode("utf-8")
    return PageText(text=text, blocks=plain_blocks(text))
