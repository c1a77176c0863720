"""Double entry: books, accounts, entries and their lines. An entry sums facts up and opens to them by its key."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import FenField
from core.scope import ScopedModel
from core.triggers import append_only
from funds.codes import AccountKind, EntryKind, Fund


class Book(ScopedModel):
    """The books of one fund in one pooling area (财政专户单独列账)."""

    scope = "pooling_area"

    pooling_area = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("统筹地区"), related_name="+")
    fund = models.CharField(_("基金"), max_length=10, choices=Fund)
    opened_on = models.DateField(_("建账日期"))
    closed_through = models.PositiveIntegerField(_("已结账至"), default=0)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = _("账套")
        ordering = ["pooling_area", "fund"]
        constraints = [
            models.UniqueConstraint(
                fields=["pooling_area", "fund"],
                name="book_once",
                violation_error_message=_("该地区的这只基金已经建账。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.pooling_area} {self.get_fund_display()}"


class Account(ScopedModel):
    """One account of the chart; the chart is data (funds/chart/*.yaml), marked where its codes await confirmation."""

    scope = "everyone"

    code = models.CharField(_("科目编码"), max_length=10, unique=True)
    name = models.CharField(_("科目名称"), max_length=60)
    kind = models.CharField(_("科目类别"), max_length=10, choices=AccountKind)
    source = models.CharField(_("出处"), max_length=120, blank=True)
    is_confirmed = models.BooleanField(_("已核定"), default=False)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = _("会计科目")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class JournalEntry(ScopedModel):
    """One posting: the facts of one kind, day and batch in one book. Never edited; a late fact makes another batch.

    Its facts are those of the book's area and the day that were recorded after `recorded_after` and not after
    `recorded_through`; no fact carries a pointer to its entry.
    """

    scope = "book__pooling_area"
    append_only = True

    number = models.CharField(_("凭证号"), max_length=32, unique=True)
    book = models.ForeignKey(Book, models.PROTECT, verbose_name=_("账套"), related_name="entries")
    kind = models.CharField(_("业务种类"), max_length=16, choices=EntryKind)
    fact_on = models.DateField(_("业务日期"))
    booked_on = models.DateField(_("记账日期"))
    period = models.PositiveIntegerField(_("记账期间"))
    batch = models.PositiveIntegerField(_("批次"), default=1)
    recorded_after = models.DateTimeField(_("事实登记晚于"))
    recorded_through = models.DateTimeField(_("事实登记不晚于"))
    facts = models.PositiveIntegerField(_("笔数"), default=0)
    text = models.CharField(_("摘要"), max_length=200)
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("记账人"), related_name="+"
    )
    recorded_at = models.DateTimeField(_("登记时间"), default=clock.now)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = _("记账凭证")
        ordering = ["-booked_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["book", "fact_on", "kind", "batch"], name="journal_entry_once"),
            models.CheckConstraint(
                name="journal_entry_booked_after_fact",
                condition=Q(booked_on__gte=F("fact_on")),
                violation_error_message=_("记账日期不能早于业务日期。"),
            ),
        ]
        indexes = [
            models.Index(fields=["book", "period"], name="journal_entry_period"),
            models.Index(fields=["book", "kind", "-recorded_through"], name="journal_entry_posted_through"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return self.number


class JournalLine(ScopedModel):
    """One account's side of an entry: debit above zero, credit below. Partitioned by ``period``; nothing points here."""

    scope = "nobody"  # read through the entry, which is scoped
    append_only = True

    # The table is partitioned, so its key is (id, period); see the migration.
    id = models.BigAutoField(primary_key=True)
    period = models.PositiveIntegerField(_("记账期间"))
    entry_id = models.BigIntegerField(_("凭证"))
    account = models.ForeignKey(Account, models.PROTECT, verbose_name=_("科目"), related_name="+")
    amount_fen = FenField(_("金额"))

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = _("分录")

    def __str__(self) -> str:
        return f"{self.entry_id} {self.account_id}"

    @property
    def credit_fen(self) -> int:
        """The amount on the credit side, above zero."""
        return -self.amount_fen
