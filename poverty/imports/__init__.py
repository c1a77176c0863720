"""The lists that the ledger takes in."""
