"""What changes reports: building, handing in, deciding, the month's end."""
