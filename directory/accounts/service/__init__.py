"""What the slice does for others: each file is one part of its face."""
