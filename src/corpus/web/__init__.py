"""The reading room: a corpus in the browser (``browse``), and a release as static pages (``site``).

In: a release, and the corpus folder that it was built from. Out: pages, and gold files of what is corrected on them.
Both show an article by the same templates. README.md says where a page belongs.
"""
