"""Puts the text back into masked tables, for somebody who holds the raw records of their sources.

In: a release (``masked``) and raw records. Out: tables with text beside each other as in a release (``write``), which
may not be published. What offsets do not give is made again by the layers; ``unmask`` puts both into the rows.
"""
