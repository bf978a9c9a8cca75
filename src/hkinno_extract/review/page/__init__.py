"""The page of a review: a web server on loopback for one person and one output folder.

In: an output folder with its store. Out: pages, and decisions in the store, made by the same code as those of a workbook (../drafts.py).
Reading order: entries.py (a record in the list), index.py (all of them, filtered), fields.py (a record as a form), desk.py (what a
reviewer does), names.py (names for the gazetteer), security.py (who may), app.py (addresses), server.py (the running server).
static/main.js is where the browser starts, static/desk.js what happens there.
"""
