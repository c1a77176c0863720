"""Rules of the funds: how an indicator is graded and a balance rolls. Plain functions, no database."""
