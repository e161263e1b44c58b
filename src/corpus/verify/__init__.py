"""Proves a release."""
