"""Errors that a user can act on: each names where it happened, what is wrong and what to do about it.

In: nothing. Out: one root, `HkinnoError`, which the command line prints without a stack trace. Everything else is a defect.
"""

from __future__ import annotations


class HkinnoError(Exception):
    """Root of the errors that this package raises on purpose.

    `where` is a file or a place in one (`patterns/lexicon.csv:12`), `remedy` a sentence that says what to do.

    >>> str(HkinnoError("the file is empty", where="raw/a.txt", remedy="Fetch it again."))
    'raw/a.txt: the file is empty. Fetch it again.'
    """

    def __init__(self, problem: str, *, where: str = "", remedy: str = "") -> None:
        self.problem, self.where, self.remedy = problem, where, remedy
        super().__init__(problem)

    def __str__(self) -> str:
        text = f"{self.where}: {self.problem}" if self.where else self.problem
        return f"{text.rstrip('.')}. {self.remedy}" if self.remedy else text

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.problem, self.where, self.remedy)


def _rebuild(kind: type[HkinnoError], problem: str, where: str, remedy: str) -> HkinnoError:
    return kind(problem, where=where, remedy=remedy)


class UsageError(HkinnoError):
    """The command or the function was called with something it cannot take."""


class ReadingError(HkinnoError):
    """A release that cannot be read; it goes to quarantine and the batch goes on."""


class PatternError(HkinnoError):
    """A row or line of patterns/ that does not hold; nothing runs until it is mended."""


class ModelError(HkinnoError):
    """The segmentation model is missing or not what it should be."""


class OutputError(HkinnoError):
    """The output folder cannot be read or written."""
