"""Expressions of time with their values."""
