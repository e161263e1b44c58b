"""One raw record becomes a valid article, or says why not."""
