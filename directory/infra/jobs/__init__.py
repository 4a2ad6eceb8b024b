"""Work done beside the requests, by one process at a time; what happened is kept in a table."""

from directory.infra.jobs.rules import Job
from directory.infra.jobs.runner import Runner, known

__all__ = ["Job", "Runner", "known"]
