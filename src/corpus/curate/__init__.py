"""What contributors and keepers of a corpus do."""
