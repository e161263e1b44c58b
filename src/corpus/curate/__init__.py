"""What people do who collect, correct and keep a corpus: each a module with one function of its name.

In: a corpus folder, and what a person gives (files, an id, raw records). Out: a value that says what was done or
found; raw/ is written by ``init``, ``add``, ``withdraw`` and ``gold_files`` alone. A new task is a module here and a
command in cli/.
"""
