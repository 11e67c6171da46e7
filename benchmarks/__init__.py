"""Measurements: `make bench`, or one group: `make bench BENCH=ingest`."""
