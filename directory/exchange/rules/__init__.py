"""What columns, mappings and samples mean, in plain Python."""
