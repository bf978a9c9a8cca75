"""Review: what reviewers decided about records, kept for good and found again after every rerun.

In: a run's JSON, and workbooks or CSV files as people save them. Out: `reviews.jsonl`, outcomes in the tables, a workbook, a page,
a report, figures a rule.
Reading order: decisions.py (one decision), store.py (the file), matching.py (decisions to records), outcome.py (what tables show),
cells.py, files.py, edits.py and drafts.py (an edited file to decisions), workbook.py (records to a workbook), lessons.py (what reviews
teach), marks.py and summaries.py (a release and a record as they are shown), page/ (a web page for reviewing), report/ (one file to mail).
"""
