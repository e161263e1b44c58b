"""The corpus folder as it lies there: settings, sources, files, records, ledgers."""
