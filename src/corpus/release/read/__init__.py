"""Reads a release back, wherever it lies."""
