"""What moderators' pages show, as plain values."""
