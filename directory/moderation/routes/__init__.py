"""The pages of moderators, and those that a sender reaches by a mailed link."""

from directory.moderation.routes import batches, decisions, history, jobs, links, merging, people, queue, reports
from directory.moderation.routes.blueprint import bp

__all__ = ["batches", "bp", "decisions", "history", "jobs", "links", "merging", "people", "queue", "reports"]
