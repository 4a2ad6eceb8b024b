"""What holds of suggestions and decisions, whoever asks: states, differences, merging, duplicates, reasons."""
