"""What a search means, without a database: requests, words, documents, distance, ranking."""
