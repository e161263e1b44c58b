"""What an article is about, as IPTC Media Topics.

In: the text of the article alone (``topics.py`` is the layer). Out: topics with their shares, the column ``topics`` of
the articles table. A word is taught to the model in scripts/topics_seeds.tsv, from which scripts/train_topics makes
``weights.tsv``; MODEL.md says how good it is.
"""
