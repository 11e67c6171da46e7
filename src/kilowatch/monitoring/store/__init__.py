"""The SQL of the read side and of the projections. The write path has its own, beside it."""
