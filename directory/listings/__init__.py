"""The published record, shaped like HSDS 3.0; the taxonomy of needs; the rules of freshness."""
