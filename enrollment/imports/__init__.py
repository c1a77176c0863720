"""The lists that the register takes in: registration forms, and what the collecting body was paid."""
