"""What the poverty room writes: the ledger from lists, matches, statuses through the register, aid, coverage."""
