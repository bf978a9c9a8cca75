"""Recognition of amounts."""

from hkinno_extract.recognition.amounts.recogniser import AmountRecogniser

__all__ = ["AmountRecogniser"]
