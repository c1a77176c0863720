"""States of a report."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SubmissionState(models.TextChoices):
    """Life of one version of a report; an accepted one is locked for good."""

    BUILT = "built", _("已编制")
    SUBMITTED = "submitted", _("已报送")
    ACCEPTED = "accepted", _("已审定")
    RETURNED = "returned", _("已退回")


class Standing(models.TextChoices):
    """How a report that is due stands, for lists of who is late."""

    MISSING = "missing", _("未编制")
    BUILT = "built", _("已编制")
    SUBMITTED = "submitted", _("待审定")
    ACCEPTED = "accepted", _("已审定")
    RETURNED = "returned", _("已退回")
    REBUILD = "rebuild", _("待重编")
