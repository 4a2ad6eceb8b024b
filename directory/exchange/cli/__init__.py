"""Commands of data in and out."""
