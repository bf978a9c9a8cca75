"""Rankings, amounts, organisations and programmes from Hong Kong's government press releases."""

__version__ = "0.1.0"
