"""Tables: records to rows, CSV, JSON and pandas frames.

In: a release's document and records. Out: files of the contract, or DataFrames. Reading order: columns.py (the contract), rows.py
(one record to one row), writing.py (files), frames.py (pandas).
"""
