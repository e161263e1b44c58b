"""What several tests need that is no fixture: invented articles, bytes and rows of folders, a Hub of our own."""
