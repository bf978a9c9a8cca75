"""Sources: where releases come from, how they are fetched, and what they are called.

In: `sources.toml`, or a folder of releases as received. Out: files in the raw folder, and their ids. Reading order: config.py (which
sources), discovery.py with days.py (what they offer), fetching.py with bodies.py, network.py and politeness.py (how hosts are asked),
landing.py (the raw folder as a store), folder.py and doc_ids.py (what a run finds there). Look first at `folder.release_files`.
"""
