"""What Alembic runs. ``infra.schema`` hands it a connection, in a transaction and under the lock."""

from __future__ import annotations

from alembic import context

from directory.infra import schema
from directory.infra.db import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",  # SQLite can alter little: the table is copied
    transactional_ddl=True,  # also on SQLite, whose transactions we begin ourselves
    include_object=schema.is_ours(connection),
    render_item=schema.rendered,
)
with context.begin_transaction():
    context.run_migrations()
