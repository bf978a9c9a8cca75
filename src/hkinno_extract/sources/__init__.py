"""Sources: where releases come from, and what they are called.

In: a folder of releases as received. Out: their files (folder.py) and ids (doc_ids.py). Look first at `folder.release_files`.
"""
