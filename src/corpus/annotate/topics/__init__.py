"""IPTC Media Topics."""
