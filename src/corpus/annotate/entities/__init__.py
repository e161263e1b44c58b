"""Names of persons, places and organisations, which of them are the same, and where in the world they are."""
