"""What the pages of a submission show, as plain values."""
