"""The encoder: a text cut into tokens (``tokenizer``), and what two small networks say of them (``network``).

``tokenizer.json`` holds the tokenizer's patterns and special cases, ``weights.npz`` the networks, ``lemmas.tsv`` the
forms that sentences/lemmas.py looks up. MODEL.md says where they come from and how they are made again.
"""
