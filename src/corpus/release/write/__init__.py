"""Writes what a release consists of."""
