"""What people do with a release to read it: list, search, count. Nothing here changes a corpus or a release.

In: a release, wherever it lies. Out: frames, and pages of results that ``cli`` prints and a web page may show: what
finds many things says how many there are (``len``), and gives those of one page (``Hits.slice``, ``Articles.rows``).
``Tokens`` keep what they read, so that whoever asks again holds on to them. What a query may ask of a token is a column
of ``tokens``; what a list may be filtered by, a condition of ``filters``.
"""
