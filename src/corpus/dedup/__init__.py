"""Near-duplicates, stories and splits: texts come in, the story and split of each article go out, for ever.

The way: ``compared_text`` of an article -> ``shingles`` -> ``signatures_of`` them, by partition -> ``candidates`` that
agree in a part of their signatures, and ``overlaps``, which finds what holds most of another -> ``links`` between those
that are alike -> ``assign``, which puts articles into stories given what history says -> ``leak_report``, the proof,
which knows nothing of signatures. ``reuse`` finds the passages that two articles share, whatever stories they are in.
``spill`` keeps shingles and signatures on disk while a build runs, ``signature_table`` keeps signatures for the next
release, and ``partitioned`` is how all workers share a join.

Another measure of similarity goes into ``shingles`` or ``minhash`` with a new ``signature_table.VERSION``; what counts
as alike is ``candidates.LINKED`` and ``comparison.SHARE``.
"""
