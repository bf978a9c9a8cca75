"""Prefect flows: thin stories over library functions."""
