"""One request value in, one page out, on SQLite and on PostgreSQL behind one Protocol."""
