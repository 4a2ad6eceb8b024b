"""What files and the API ask of the record."""
