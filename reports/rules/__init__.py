"""What a report is made of and what must hold in it: pure functions, no database."""
