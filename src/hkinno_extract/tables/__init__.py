"""Tables: records to rows, JSON, CSV and pandas frames.

In: a release's document and records. Out: files of the contract, or DataFrames. Reading order: columns.py (the contract), rows.py
(one record to one row), json_text.py (a release's JSON), files.py (whole or not there), writing.py (the tables), frames.py (pandas).
"""
