"""Stories and splits: articles that are near-duplicates of each other, and fall together, for ever.

The way: ``compared_text`` of an article -> ``signatures`` of a partition -> ``stories`` of the corpus, which asks for
the ``shingles`` of candidates only -> ``leak_report``, the proof, which knows nothing of signatures. What the next
release needs is ``stored``.
"""
