"""The report of a run: one HTML file that can be mailed, opened from the disk without network, and printed.

In: an output folder with its store. Out: the file, the same bytes for the same results. Reading order: series.py (what repeats over time),
charts.py (a series as a drawing), facts.py (counts and releases), document.py (the file).
"""
