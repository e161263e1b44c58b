"""One raw record becomes one valid article, or says why not.

In: a ``Record`` and its ``Source``. Out: an ``Article``, or a ``Rejected`` with all its problems (articles.py). On the
way the parser of its shape makes a ``Draft`` (shapes/), which is normalised (normalise.py), dated and identified
(assemble.py), parted into paragraphs with roles (roles.py), and checked (validate.py, rules/). What most articles leave
nothing to do about is asked of a run of records at once (screens/). A file that holds many articles is parted into
records first, by the module of its shape.

To add a shape, see shapes/. To add a rule, see rules/.
"""
