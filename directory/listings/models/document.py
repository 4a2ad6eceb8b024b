"""The stored document of each listing: what its row in a list and its page show, made when it is published."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from directory.infra.db import Base


class Document(Base):
    """JSON text, read as it is: no reader joins the tables of the record."""

    __tablename__ = "document"

    organization_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organization.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    card: Mapped[str] = mapped_column(sa.Text)
    page: Mapped[str] = mapped_column(sa.Text)
