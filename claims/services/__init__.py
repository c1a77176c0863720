"""What changes claims: catalogue, providers, bills, settlements and their sums."""
