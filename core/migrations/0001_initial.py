import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import django.db.models.manager
import pgtrigger.compiler
import pgtrigger.migrations
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveBigIntegerField(unique=True, verbose_name="封存号")),
                ("first_id", models.BigIntegerField(verbose_name="首条")),
                ("last_id", models.BigIntegerField(verbose_name="末条")),
                ("count", models.PositiveIntegerField(verbose_name="条数")),
                (
                    "ranges",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=django.contrib.postgres.fields.ArrayField(
                            base_field=models.BigIntegerField(), size=2
                        ),
                        size=None,
                        verbose_name="范围",
                    ),
                ),
                ("leaves", models.BinaryField(verbose_name="各条摘要")),
                ("previous", models.BinaryField(verbose_name="前一封存摘要")),
                ("digest", models.BinaryField(verbose_name="摘要")),
                (
                    "sealed_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="封存时间"
                    ),
                ),
            ],
            options={
                "verbose_name": "审计封存",
                "verbose_name_plural": "审计封存",
            },
            managers=[
                ("everywhere", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="部件")),
                ("at", models.DateTimeField(verbose_name="最近响应")),
            ],
            options={
                "verbose_name": "心跳",
                "verbose_name_plural": "心跳",
            },
            managers=[
                ("everywhere", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                ("key", models.UUIDField(primary_key=True, serialize=False, verbose_name="幂等键")),
                ("content_hash", models.BinaryField(max_length=32, verbose_name="内容摘要")),
                ("result_type", models.CharField(blank=True, max_length=80, verbose_name="结果类型")),
                ("result_id", models.CharField(blank=True, max_length=64, verbose_name="结果编号")),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="时间"
                    ),
                ),
            ],
            options={
                "verbose_name": "幂等键",
                "verbose_name_plural": "幂等键",
            },
            managers=[
                ("everywhere", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="ImportBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=60, verbose_name="种类")),
                ("file_name", models.CharField(max_length=200, verbose_name="文件名")),
                ("file_sha256", models.CharField(max_length=64, verbose_name="文件摘要")),
                ("file_bytes", models.PositiveBigIntegerField(default=0, verbose_name="文件大小")),
                ("region_id", models.BigIntegerField(blank=True, null=True, verbose_name="地区编号")),
                ("region_code", models.CharField(blank=True, max_length=12, verbose_name="区划代码")),
                ("region_name", models.CharField(blank=True, max_length=100, verbose_name="地区")),
                ("owner_id", models.BigIntegerField(blank=True, null=True, verbose_name="提交人编号")),
                ("owner_name", models.CharField(blank=True, max_length=80, verbose_name="提交人")),
                ("parameters", models.JSONField(blank=True, default=dict, verbose_name="参数")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploaded", "已上传"),
                            ("checking", "校验中"),
                            ("checked", "待确认"),
                            ("applying", "导入中"),
                            ("applied", "已导入"),
                            ("undoing", "撤销中"),
                            ("undone", "已撤销"),
                            ("refused", "未能导入"),
                        ],
                        default="uploaded",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("message", models.TextField(blank=True, verbose_name="说明")),
                ("notices", models.JSONField(blank=True, default=list, verbose_name="提示")),
                ("headers", models.JSONField(blank=True, default=list, verbose_name="表头")),
                ("read_count", models.PositiveIntegerField(default=0, verbose_name="读取")),
                ("valid_count", models.PositiveIntegerField(default=0, verbose_name="校验通过")),
                ("warned_count", models.PositiveIntegerField(default=0, verbose_name="有提示")),
                ("new_count", models.PositiveIntegerField(default=0, verbose_name="新增")),
                ("changed_count", models.PositiveIntegerField(default=0, verbose_name="变更")),
                ("accepted_count", models.PositiveIntegerField(default=0, verbose_name="已导入")),
                ("refused_count", models.PositiveIntegerField(default=0, verbose_name="未导入")),
                ("unchanged_count", models.PositiveIntegerField(default=0, verbose_name="无变化")),
                ("preview_digest", models.CharField(blank=True, max_length=64, verbose_name="预览摘要")),
                ("preview", models.JSONField(blank=True, default=dict, verbose_name="预览")),
                ("is_cleared", models.BooleanField(default=False, verbose_name="暂存已清理")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="上传时间"
                    ),
                ),
                ("checked_at", models.DateTimeField(blank=True, null=True, verbose_name="校验时间")),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="确认时间")),
                ("confirmed_by_id", models.BigIntegerField(blank=True, null=True, verbose_name="确认人编号")),
                ("confirmed_by_name", models.CharField(blank=True, max_length=80, verbose_name="确认人")),
                ("applied_at", models.DateTimeField(blank=True, null=True, verbose_name="导入时间")),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="撤销时间")),
            ],
            options={
                "verbose_name": "导入批次",
                "verbose_name_plural": "导入批次",
            },
            managers=[
                ("everywhere", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="ImportFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("content", models.BinaryField(verbose_name="内容")),
            ],
            options={
                "verbose_name": "导入文件",
                "verbose_name_plural": "导入文件",
            },
            managers=[
                ("everywhere", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row_number", models.PositiveIntegerField(verbose_name="行号")),
                ("raw", models.JSONField(default=list, verbose_name="原始单元格")),
                ("values", models.JSONField(default=dict, verbose_name="识别结果")),
                ("secrets", models.BinaryField(null=True, verbose_name="密文")),
                ("identity_index", models.BinaryField(null=True, verbose_name="证件索引")),
                ("identity_cipher", models.BinaryField(null=True, verbose_name="证件密文")),
                (
                    "cell_errors",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None, verbose_name="单元格错误"
                    ),
                ),
                (
                    "errors",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None, verbose_name="错误"
                    ),
                ),
                (
                    "warnings",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None, verbose_name="提示"
                    ),
                ),
                (
                    "effect",
                    models.CharField(
                        blank=True,
                        choices=[("", "未知"), ("new", "新增"), ("changed", "变更"), ("same", "无变化")],
                        default="",
                        max_length=10,
                        verbose_name="影响",
                    ),
                ),
                ("detail", models.TextField(blank=True, default="", verbose_name="变更内容")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "待导入"),
                            ("accepted", "已导入"),
                            ("refused", "未导入"),
                            ("unchanged", "无变化"),
                            ("undone", "已撤销"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="结果",
                    ),
                ),
                ("object_id", models.BigIntegerField(null=True, verbose_name="对象编号")),
                ("before", models.JSONField(null=True, verbose_name="导入前")),
            ],
            options={
                "verbose_name": "导入行",
                "verbose_name_plural": "导入行",
            },
            managers=[
                ("everywhere", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=60, verbose_name="种类")),
                ("key", models.CharField(max_length=120, verbose_name="业务键")),
                ("title", models.CharField(blank=True, max_length=120, verbose_name="名称")),
                ("arguments", models.JSONField(blank=True, default=dict, verbose_name="参数")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "等待"),
                            ("running", "进行中"),
                            ("done", "完成"),
                            ("failed", "失败"),
                            ("cancelled", "已取消"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("done", models.PositiveBigIntegerField(default=0, verbose_name="已完成")),
                ("total", models.PositiveBigIntegerField(default=0, verbose_name="总数")),
                ("message", models.TextField(blank=True, verbose_name="说明")),
                ("trace", models.TextField(blank=True, verbose_name="技术信息")),
                ("checkpoint", models.JSONField(blank=True, default=dict, verbose_name="断点")),
                ("result", models.JSONField(blank=True, default=dict, verbose_name="结果")),
                ("result_path", models.CharField(blank=True, max_length=300, verbose_name="结果文件")),
                ("owner_id", models.BigIntegerField(blank=True, db_index=True, null=True, verbose_name="提交人编号")),
                ("owner_name", models.CharField(blank=True, max_length=80, verbose_name="提交人")),
                ("region_code", models.CharField(blank=True, max_length=12, verbose_name="区划代码")),
                ("attempt", models.PositiveSmallIntegerField(default=0, verbose_name="第几次")),
                ("attempt_limit", models.PositiveSmallIntegerField(default=5, verbose_name="最多次数")),
                ("fence", models.PositiveBigIntegerField(default=0, verbose_name="令牌")),
                ("lease_until", models.DateTimeField(blank=True, null=True, verbose_name="持有至")),
                ("not_before", models.DateTimeField(blank=True, null=True, verbose_name="不早于")),
                ("rung_at", models.DateTimeField(blank=True, null=True, verbose_name="最近通知")),
                ("ring_problem", models.CharField(blank=True, max_length=200, verbose_name="通知失败原因")),
                ("is_cancel_requested", models.BooleanField(default=False, verbose_name="已请求取消")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="提交时间"
                    ),
                ),
                ("started_at", models.DateTimeField(blank=True, null=True, verbose_name="开始时间")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
            ],
            options={
                "verbose_name": "后台任务",
                "verbose_name_plural": "后台任务",
            },
            managers=[
                ("everywhere", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("act", models.CharField(max_length=80, verbose_name="行为")),
                ("actor_id", models.BigIntegerField(null=True, verbose_name="操作人编号")),
                ("actor_name", models.CharField(max_length=80, verbose_name="操作人")),
                ("region_code", models.CharField(blank=True, max_length=12, verbose_name="区划代码")),
                ("object_type", models.CharField(blank=True, max_length=80, verbose_name="对象类型")),
                ("object_id", models.CharField(blank=True, max_length=64, verbose_name="对象编号")),
                ("object_label", models.CharField(blank=True, max_length=200, verbose_name="对象")),
                ("reason", models.TextField(blank=True, verbose_name="原因")),
                ("changes", models.JSONField(blank=True, default=dict, verbose_name="变更")),
                ("request_id", models.CharField(blank=True, max_length=32, verbose_name="请求编号")),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="时间"
                    ),
                ),
            ],
            options={
                "verbose_name": "审计记录",
                "verbose_name_plural": "审计记录",
                "indexes": [
                    models.Index(fields=["object_type", "object_id", "id"], name="audit_object"),
                    models.Index(fields=["actor_id", "id"], name="audit_actor"),
                    models.Index(fields=["region_code", "id"], name="audit_region"),
                    models.Index(fields=["act", "id"], name="audit_act"),
                ],
            },
            managers=[
                ("everywhere", django.db.models.manager.Manager()),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditentry",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'OF001', MESSAGE = '只增不改的记录不能修改或删除: ' || TG_TABLE_NAME;",
                    hash="7bc99bc94743f262377d0d027708fb0e539f3dde",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_97da0",
                    table="core_auditentry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditentry",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'OF001', MESSAGE = '这张表不能清空: ' || TG_TABLE_NAME;",
                    hash="39759047437be031903e4d7a0eb51b1a6612ad5d",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_5e0a6",
                    table="core_auditentry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditseal",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'OF001', MESSAGE = '只增不改的记录不能修改或删除: ' || TG_TABLE_NAME;",
                    hash="eb3c00b304d475ade15d62cf7e797804788b0970",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_b7549",
                    table="core_auditseal",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditseal",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'OF001', MESSAGE = '这张表不能清空: ' || TG_TABLE_NAME;",
                    hash="0cfc6e0b8131592219f62fdf507244046775dc96",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_22739",
                    table="core_auditseal",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="idempotencykey",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only_but",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF (to_jsonb(NEW) - ARRAY['result_type', 'result_id']) IS DISTINCT FROM (to_jsonb(OLD) - ARRAY['result_type', 'result_id']) THEN RAISE EXCEPTION USING ERRCODE = 'OF001', MESSAGE = '只增不改的记录不能修改: ' || TG_TABLE_NAME; END IF; RETURN NEW;",
                    hash="4e4aab3ba6283b6a746e8cafdfa443246ce9b90c",
                    operation="UPDATE",
                    pgid="pgtrigger_append_only_but_4a4e4",
                    table="core_idempotencykey",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="idempotencykey",
            trigger=pgtrigger.compiler.Trigger(
                name="no_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'OF001', MESSAGE = '只增不改的记录不能删除: ' || TG_TABLE_NAME;",
                    hash="859bd2d7aef9007de1ba452164149c494be88ad2",
                    operation="DELETE",
                    pgid="pgtrigger_no_delete_5ac53",
                    table="core_idempotencykey",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="idempotencykey",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'OF001', MESSAGE = '这张表不能清空: ' || TG_TABLE_NAME;",
                    hash="c97f70aba8db7c89d3724bac19c421aa95929caf",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_4c5f0",
                    table="core_idempotencykey",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="importbatch",
            index=models.Index(fields=["region_code", "-id"], name="import_region"),
        ),
        migrations.AddConstraint(
            model_name="importbatch",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["undone", "refused"]), _negated=True),
                fields=("kind", "region_code", "file_sha256"),
                name="import_file_once",
                violation_error_message="同一个文件已经导入过，不需要再次导入。",
            ),
        ),
        migrations.AddConstraint(
            model_name="importbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "applied"), _negated=True),
                    (
                        "read_count",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("accepted_count"), "+", models.F("refused_count")
                            ),
                            "+",
                            models.F("unchanged_count"),
                        ),
                    ),
                    _connector="OR",
                ),
                name="import_counts_add_up",
                violation_error_message="导入的行数与结果不符。",
            ),
        ),
        migrations.AddField(
            model_name="importfile",
            name="batch",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="file",
                to="core.importbatch",
                verbose_name="批次",
            ),
        ),
        migrations.AddField(
            model_name="importrow",
            name="batch",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rows",
                to="core.importbatch",
                verbose_name="批次",
            ),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(fields=["created_at"], name="job_created"),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(
                condition=models.Q(("state__in", ["waiting", "running"])), fields=["id"], name="job_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.UniqueConstraint(
                fields=("kind", "key"), name="job_once", violation_error_message="同一项任务已经提交过。"
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(("total", 0), ("done__lte", models.F("total")), _connector="OR"),
                name="job_done_within_total",
                violation_error_message="任务进度不能超过总数。",
            ),
        ),
        migrations.AddIndex(
            model_name="importrow",
            index=models.Index(
                condition=models.Q(("identity_index__isnull", False)),
                fields=["batch", "identity_index"],
                name="import_row_identity",
            ),
        ),
        migrations.AddIndex(
            model_name="importrow",
            index=models.Index(
                condition=models.Q(("errors", []), _negated=True),
                fields=["batch", "row_number"],
                name="import_row_wrong",
            ),
        ),
        migrations.AddConstraint(
            model_name="importrow",
            constraint=models.UniqueConstraint(fields=("batch", "row_number"), name="import_row_once"),
        ),
    ]
