"""A release folder: tables as Parquet, the manifest that proves them, the card that explains them."""
