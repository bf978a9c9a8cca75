"""Prefect flows: thin stories over library functions.

In: parameters. Out: what the library writes, and Prefect's artifacts. Reading order: environment.py (what must be set before Prefect is
imported), extract.py. Importing this package imports no Prefect.
"""
