"""Imported lists on their way into the register: the batch, its file, its rows."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.scope import ScopedModel


class BatchState(models.TextChoices):
    UPLOADED = "uploaded", _("已上传")
    CHECKING = "checking", _("校验中")
    CHECKED = "checked", _("待确认")
    APPLYING = "applying", _("导入中")
    APPLIED = "applied", _("已导入")
    UNDOING = "undoing", _("撤销中")
    UNDONE = "undone", _("已撤销")
    REFUSED = "refused", _("未能导入")


class ImportBatch(ScopedModel):
    """One file of one kind for one area, from upload to report. Always read = accepted + refused + unchanged + still open."""

    scope = "code:region_code"

    kind = models.CharField(_("种类"), max_length=60)
    file_name = models.CharField(_("文件名"), max_length=200)
    file_sha256 = models.CharField(_("文件摘要"), max_length=64)
    file_bytes = models.PositiveBigIntegerField(_("文件大小"), default=0)
    region_id = models.BigIntegerField(_("地区编号"), null=True, blank=True)
    region_code = models.CharField(_("区划代码"), max_length=12, blank=True)
    region_name = models.CharField(_("地区"), max_length=100, blank=True)
    owner_id = models.BigIntegerField(_("提交人编号"), null=True, blank=True)
    owner_name = models.CharField(_("提交人"), max_length=80, blank=True)
    parameters = models.JSONField(_("参数"), default=dict, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=BatchState.choices, default=BatchState.UPLOADED)
    message = models.TextField(_("说明"), blank=True)
    notices = models.JSONField(_("提示"), default=list, blank=True)
    headers = models.JSONField(_("表头"), default=list, blank=True)
    read_count = models.PositiveIntegerField(_("读取"), default=0)
    valid_count = models.PositiveIntegerField(_("校验通过"), default=0)
    warned_count = models.PositiveIntegerField(_("有提示"), default=0)
    new_count = models.PositiveIntegerField(_("新增"), default=0)
    changed_count = models.PositiveIntegerField(_("变更"), default=0)
    accepted_count = models.PositiveIntegerField(_("已导入"), default=0)
    refused_count = models.PositiveIntegerField(_("未导入"), default=0)
    unchanged_count = models.PositiveIntegerField(_("无变化"), default=0)
    preview_digest = models.CharField(_("预览摘要"), max_length=64, blank=True)
    preview = models.JSONField(_("预览"), default=dict, blank=True)
    is_cleared = models.BooleanField(_("暂存已清理"), default=False)
    created_at = models.DateTimeField(_("上传时间"), db_default=Now(), editable=False)
    checked_at = models.DateTimeField(_("校验时间"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    confirmed_by_id = models.BigIntegerField(_("确认人编号"), null=True, blank=True)
    confirmed_by_name = models.CharField(_("确认人"), max_length=80, blank=True)
    applied_at = models.DateTimeField(_("导入时间"), null=True, blank=True)
    undone_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("导入批次")
        verbose_name_plural = _("导入批次")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "region_code", "file_sha256"],
                condition=~Q(state__in=["undone", "refused"]),
                name="import_file_once",
                violation_error_message=_("同一个文件已经导入过，不需要再次导入。"),
            ),
            models.CheckConstraint(
                name="import_counts_add_up",
                condition=~Q(state="applied")
                | Q(read_count=F("accepted_count") + F("refused_count") + F("unchanged_count")),
                violation_error_message=_("导入的行数与结果不符。"),
            ),
        ]
        indexes = [models.Index(fields=["region_code", "-id"], name="import_region")]

    def __str__(self) -> str:
        return self.file_name


class ImportFile(ScopedModel):
    """The uploaded file itself, as cipher, until its rows are in staging."""

    scope = "nobody"

    batch = models.OneToOneField(ImportBatch, verbose_name=_("批次"), on_delete=models.CASCADE, related_name="file")
    content = models.BinaryField(_("内容"))

    class Meta:
        verbose_name = _("导入文件")
        verbose_name_plural = _("导入文件")

    def __str__(self) -> str:
        return str(self.batch_id)


class ImportRow(ScopedModel):
    """One row of a file. `values` holds what was understood, `raw` the cells as given; secrets are in neither.

    A secret column `id_number` is in `values` as id_number_index, id_number_last4, … and its text is in `secrets`, one cipher
    of a JSON object for the row. `identity_index` and `identity_cipher` repeat the first identity column for joins in SQL.
    """

    scope = "nobody"

    class Outcome(models.TextChoices):
        OPEN = "", _("待导入")
        ACCEPTED = "accepted", _("已导入")
        REFUSED = "refused", _("未导入")
        UNCHANGED = "unchanged", _("无变化")
        UNDONE = "undone", _("已撤销")

    class Effect(models.TextChoices):
        UNKNOWN = "", _("未知")
        NEW = "new", _("新增")
        CHANGED = "changed", _("变更")
        SAME = "same", _("无变化")

    batch = models.ForeignKey(
        ImportBatch, verbose_name=_("批次"), on_delete=models.CASCADE, related_name="rows", db_index=False
    )
    row_number = models.PositiveIntegerField(_("行号"))
    raw = models.JSONField(_("原始单元格"), default=list)
    values = models.JSONField(_("识别结果"), default=dict)
    secrets = models.BinaryField(_("密文"), null=True)
    identity_index = models.BinaryField(_("证件索引"), null=True)
    identity_cipher = models.BinaryField(_("证件密文"), null=True)
    cell_errors = ArrayField(models.TextField(), verbose_name=_("单元格错误"), default=list)
    errors = ArrayField(models.TextField(), verbose_name=_("错误"), default=list)
    warnings = ArrayField(models.TextField(), verbose_name=_("提示"), default=list)
    effect = models.CharField(_("影响"), max_length=10, choices=Effect.choices, blank=True, default="")
    detail = models.TextField(_("变更内容"), blank=True, default="")
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome.choices, blank=True, default="")
    object_id = models.BigIntegerField(_("对象编号"), null=True)
    before = models.JSONField(_("导入前"), null=True)

    class Meta:
        verbose_name = _("导入行")
        verbose_name_plural = _("导入行")
        constraints = [models.UniqueConstraint(fields=["batch", "row_number"], name="import_row_once")]
        indexes = [
            models.Index(
                fields=["batch", "identity_index"],
                name="import_row_identity",
                condition=Q(identity_index__isnull=False),
            ),
            models.Index(fields=["batch", "row_number"], name="import_row_wrong", condition=~Q(errors=[])),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.row_number}"
