"""Recognition: a Doc's tokens to records of the four tables.

In: `View` (view.py), the tokens of a text with their classes. Out: records with their place, sentence, section and rule.
Reading order: view.py, rules.py (spaCy's Matcher over classes), engine.py (who claims a place first), components.py (spaCy's side),
then one package a table.
"""
