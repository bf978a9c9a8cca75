"""Normalisation: surface to value. Pure functions: numerals, money, periods, ranks, names and ids.

In: strings. Out: Decimals, codes, ids; None where something is not understood, never a smaller value.
"""
