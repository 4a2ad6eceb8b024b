"""Standbys of PostgreSQL that readers are answered from: which can be read, and how it is told."""

from directory.infra.standbys.pool import Standbys
from directory.infra.standbys.server import Lost, Standby

__all__ = ["Lost", "Standby", "Standbys"]
