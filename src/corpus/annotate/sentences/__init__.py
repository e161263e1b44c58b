"""Sentences by rules, with tokens, lemmas, tags and features from the model."""
