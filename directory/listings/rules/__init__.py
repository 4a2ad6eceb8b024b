"""What a listing is, in plain Python: the record, what of it is public, and the document that feeds its page."""
