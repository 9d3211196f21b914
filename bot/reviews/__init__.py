"""Customer reviews: read from a file, scored, counted, and reported."""
