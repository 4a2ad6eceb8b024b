"""Plain Python that every slice may use: standard library only, no I/O, no clock."""
