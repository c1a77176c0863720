"""Models of the reports app."""

from reports.models.submission import Submission

__all__ = ["Submission"]
