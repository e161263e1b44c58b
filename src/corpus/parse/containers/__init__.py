"""What articles come in: documents of word processors, XML, HTML in a field, text of which a few bytes are damaged.

In: the bytes of a file, or the words of a field. Out: its lines, paragraphs, elements or blocks, or a problem of the
file. Nothing here knows what an article is: the modules of ``parse/shapes`` do.
"""
