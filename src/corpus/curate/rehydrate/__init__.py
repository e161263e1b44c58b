"""Puts the text back into masked tables."""
