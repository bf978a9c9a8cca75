"""Archives: 100,000s of releases to tables without a file a release, on several processes or a cluster.

In: `Settings`, whose folders may be fsspec addresses. Out: the tables of `pipeline.run`, byte for byte. Reading order: chunks.py (what a
chunk is), parts.py (what a worker makes of one), merging.py (tables from parts), engine.py (a whole run), parquet.py.
"""

from hkinno_extract.pipeline.archive.engine import Archive, run_archive

__all__ = ["Archive", "run_archive"]
