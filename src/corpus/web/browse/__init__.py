"""The local web application: a module for each kind of page, each with its ``ROUTES``."""
