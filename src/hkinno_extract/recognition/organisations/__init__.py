"""Recognition of organisations."""

from hkinno_extract.recognition.organisations.recogniser import OrganisationRecogniser

__all__ = ["OrganisationRecogniser"]
