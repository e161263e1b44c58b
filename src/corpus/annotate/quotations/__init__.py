"""Quotations with their speakers and cues."""
