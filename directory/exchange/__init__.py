"""Data out and in: extracts of a search, importers, the sample."""
