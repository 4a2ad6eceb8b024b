"""What the API asks of the published record."""
