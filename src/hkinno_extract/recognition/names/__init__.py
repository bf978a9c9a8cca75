"""One pass for names, shared by organisations and programmes: one span is one of the two, never both.

In: a View. Out: `Mention`s. Reading order: mentions.py (what is found and who wins), known.py (the gazetteers), grammar.py and
boundaries.py (new names by rules), quotes.py, lists.py, memory.py (short forms that the text defines), finder.py (all of it together).
"""
