"""What is asked of suggestions, decisions, reports and stewards, with known numbers of statements."""
