"""Segmentation: repaired text to tokens with classes, and to a spaCy Doc.

In: repaired text and its blocks. Out: `Tokens` (tokenizer.py) or a Doc whose token TAGs are word classes. Reading order: tokenizer.py,
which puts the rest together; blocks.py and sentences.py (what no token crosses); lexer.py (numbers, Latin); words.py (one pass over all
words and names) and contest.py (which of them stand); assembly.py (the columns). The segmenter below them: segmenters.py, then runtime.py
(pkuseg's own answer with array operations), viterbi.py, dictionary.py, exact.py; its model: model.py (install, find), model_sources.py
(where from), compiler.py, hash_table.py and flat_file.py (arrays that processes share).
"""
