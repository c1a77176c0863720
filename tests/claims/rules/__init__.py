"""The settlement rules: properties that hold for every bill under random terms, and unit tests. No database."""
