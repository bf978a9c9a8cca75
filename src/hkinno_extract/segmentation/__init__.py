"""Segmentation: repaired text to tokens with classes, and to a spaCy Doc.

In: repaired text and its blocks. Out: `Tokens` (tokenizer.py) or a Doc whose token TAGs are word classes. Reading order: blocks.py and
sentences.py (what no token crosses), lexer.py (numbers, Latin), words.py (one Aho-Corasick pass over lexicon and gazetteers),
segmenters.py (pkuseg), tokenizer.py (all of them together).
"""
