"""Recognition of programmes."""

from hkinno_extract.recognition.programmes.recogniser import ProgrammeRecogniser

__all__ = ["ProgrammeRecogniser"]
