"""The pipeline: composes the rooms; the only package that knows them all.

In: a folder of releases, one release or a text. Out: `Result`s, or an output folder of tables. Reading order: extractor.py (one release),
plan.py (what a run has to do), state.py (what earlier runs did), run.py (a whole run).
"""

from hkinno_extract.pipeline.extractor import Extractor, Result

__all__ = ["Extractor", "Result"]
