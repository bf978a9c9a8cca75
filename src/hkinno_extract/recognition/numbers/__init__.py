"""Numbers, percentages and ranges of any Chinese text, for those who want no more than that.

In: a text. Out: `Numeric`s by place. No segmenter and no model: only the tables of words. Reading order: scan.py (where numbers are),
percents.py (which of them are percentages), ranges.py (which words and numbers make a range), finder.py (all of them).
"""

from hkinno_extract.recognition.numbers.finder import numbers
from hkinno_extract.recognition.numbers.percents import Numeric

__all__ = ["Numeric", "numbers"]
