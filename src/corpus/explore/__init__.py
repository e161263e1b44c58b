"""What people do with a release to read it: list, search, count. Nothing here changes a corpus or a release.

In: a release, wherever it lies. Out: frames and pages of results, which ``cli`` prints and a web page may show: every
function that finds many things says how many there are, and gives those of one page.
"""
