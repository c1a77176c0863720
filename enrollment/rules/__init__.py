"""The rules of enrolment: who may enrol, from which day, and what is due. No database, no clock."""
