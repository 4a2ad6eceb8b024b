"""The tables beside the published record: what was proposed, decided and reported, and who speaks for whom."""

from directory.moderation.models.listing import Absence, Erasure, Merge, Report, Review, Stewardship
from directory.moderation.models.suggestion import Decision, Message, ProvedDraft, Suggestion, SuggestionPlace

__all__ = [
    "Absence",
    "Decision",
    "Erasure",
    "Merge",
    "Message",
    "ProvedDraft",
    "Report",
    "Review",
    "Stewardship",
    "Suggestion",
    "SuggestionPlace",
]
