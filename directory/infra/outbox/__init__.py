"""Mail, written in the transaction of its cause and sent by a job: what was promised is sent, whatever is killed."""

from directory.infra.outbox.rules import LinkWanted, Outgoing
from directory.infra.outbox.service import put

__all__ = ["LinkWanted", "Outgoing", "put"]
