"""Values and contracts, without any reading or writing."""
