"""Numbers for texts, and the nearest of them: encoders, vector indexes and BM25."""
