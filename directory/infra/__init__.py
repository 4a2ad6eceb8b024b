"""The outside world, ignorant of features: settings, place, database, jobs, languages, logs."""
