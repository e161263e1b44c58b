"""A release as static pages, with a search index, for any folder that a web server or a browser reads."""
