"""Recognition of rankings."""

from hkinno_extract.recognition.rankings.recogniser import RankingRecogniser

__all__ = ["RankingRecogniser"]
