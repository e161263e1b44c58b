"""One way to read and to write, on a disk or in a store."""
