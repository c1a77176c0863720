"""The catalogue of permissions and the roles that carry them: who may do what, in one place."""

from django.utils.translation import gettext_lazy as _

# Permission string → what it allows, as the administrator reads it.
PERMISSIONS = {
    "enrollment.view": _("查看参保登记"),
    "enrollment.register": _("办理参保登记"),
    "enrollment.import": _("批量导入参保登记"),
    "enrollment.dues": _("核定应缴"),
    "enrollment.payment": _("登记缴费"),
    "enrollment.status": _("维护困难身份"),
    "enrollment.reveal": _("查看完整证件号码"),
    "claims.view": _("查看结算"),
    "claims.settle": _("办理结算"),
    "claims.reverse": _("办理冲正"),
    "claims.catalogue": _("维护医保目录"),
    "claims.provider": _("管理定点机构"),
    "claims.bill_import": _("导入费用单据"),
    "poverty.view": _("查看医保扶贫"),
    "poverty.import": _("导入困难人员名单"),
    "poverty.follow": _("跟踪困难人员"),
    "funds.view": _("查看基金"),
    "funds.post": _("登记基金账"),
    "funds.budget": _("编制预算"),
    "funds.pay": _("支付拨款"),
    "funds.warning": _("处置风险预警"),
    "reports.view": _("查看报表"),
    "reports.submit": _("报送报表"),
    "reports.accept": _("审定报表"),
    "policy.view": _("查看政策标准"),
    "policy.draft": _("起草政策标准"),
    "policy.approve": _("审批政策标准"),
    "office.search": _("全局搜索"),
    "office.work": _("办理待办事项"),
    "office.approve": _("审批"),
    "office.jobs": _("后台任务"),
    "office.history": _("查看操作历史"),
    "office.trail": _("检索审计记录"),
    "office.regions": _("查看地区"),
    "office.export": _("导出列表"),
    "core.admin.system": _("系统管理"),
    "core.admin.security": _("安全管理"),
    "core.admin.audit": _("审计管理"),
}

ROLE_CHOICES = [
    ("window_clerk", _("综合窗口")),
    ("enrollment_clerk", _("参保经办")),
    ("claims_clerk", _("待遇审核")),
    ("reviewer", _("复核")),
    ("poverty_officer", _("医保扶贫")),
    ("finance_officer", _("财务")),
    ("provider_officer", _("协议管理")),
    ("supervisor", _("基金监管")),
    ("analyst", _("统计")),
    ("policy_officer", _("政策标准")),
    ("director", _("领导")),
    ("auditor", _("审计")),
    ("system_admin", _("系统管理员")),
    ("security_admin", _("安全管理员")),
    ("audit_admin", _("审计管理员")),
    ("hospital", _("医院系统")),
]

# 三权分立 (GB/T 22239-2019 8.1.4.2): accounts, rights and the audit trail lie in three hands.
ADMIN_ROLES = frozenset({"system_admin", "security_admin", "audit_admin"})

_EVERY_CLERK = {"office.search", "office.work", "office.regions", "office.history", "policy.view"}
_READERS = {"enrollment.view", "claims.view", "poverty.view", "funds.view", "reports.view"}

ROLES: dict[str, frozenset[str]] = {
    "window_clerk": frozenset(
        _EVERY_CLERK
        | {
            "enrollment.view",
            "enrollment.register",
            "enrollment.payment",
            "enrollment.reveal",
            "claims.view",
            "claims.settle",
            "poverty.view",
            "office.jobs",
        }
    ),
    "enrollment_clerk": frozenset(
        _EVERY_CLERK
        | {
            "enrollment.view",
            "enrollment.register",
            "enrollment.import",
            "enrollment.dues",
            "enrollment.payment",
            "enrollment.status",
            "enrollment.reveal",
            "poverty.view",
            "office.jobs",
            "office.export",
        }
    ),
    "claims_clerk": frozenset(
        _EVERY_CLERK
        | {
            "enrollment.view",
            "claims.view",
            "claims.settle",
            "claims.reverse",
            "claims.bill_import",
            "claims.catalogue",
            "office.jobs",
            "office.export",
        }
    ),
    "reviewer": frozenset(
        _EVERY_CLERK
        | {"enrollment.view", "claims.view", "poverty.view", "funds.view", "office.approve", "office.export"}
    ),
    "poverty_officer": frozenset(
        _EVERY_CLERK
        | {
            "enrollment.view",
            "enrollment.status",
            "claims.view",
            "poverty.view",
            "poverty.import",
            "poverty.follow",
            "office.jobs",
            "office.export",
        }
    ),
    "finance_officer": frozenset(
        _EVERY_CLERK
        | {
            "enrollment.view",
            "claims.view",
            "funds.view",
            "funds.post",
            "funds.budget",
            "funds.pay",
            "reports.view",
            "office.jobs",
            "office.export",
        }
    ),
    "provider_officer": frozenset(
        _EVERY_CLERK | {"claims.view", "claims.provider", "funds.view", "office.jobs", "office.export"}
    ),
    "supervisor": frozenset(
        _EVERY_CLERK
        | {"enrollment.view", "claims.view", "poverty.view", "funds.view", "funds.warning", "office.export"}
    ),
    "analyst": frozenset(_EVERY_CLERK | _READERS | {"reports.submit", "funds.warning", "office.jobs", "office.export"}),
    "policy_officer": frozenset(
        _EVERY_CLERK | {"policy.draft", "claims.view", "claims.catalogue", "funds.view", "reports.view", "office.jobs"}
    ),
    "director": frozenset(
        _EVERY_CLERK
        | _READERS
        | {"reports.accept", "policy.approve", "office.approve", "funds.warning", "office.export"}
    ),
    "auditor": frozenset(
        _READERS | {"office.search", "office.regions", "office.history", "office.trail", "office.export", "policy.view"}
    ),
    "system_admin": frozenset({"core.admin.system", "office.jobs", "office.regions"}),
    "security_admin": frozenset({"core.admin.security", "office.regions"}),
    "audit_admin": frozenset({"core.admin.audit", "office.trail", "office.regions"}),
    "hospital": frozenset({"claims.settle", "claims.reverse", "claims.view"}),
}

# Nobody who holds one of these writes: the read-only role must not be joined with a writing one.
READ_ONLY_ROLES = frozenset({"auditor"})


def role_label(role: str) -> str:
    """The Chinese name of a role."""
    return str(dict(ROLE_CHOICES).get(role, role))
