"""Terms that tell an article from others."""
