"""The words for the acts of the audit trail: each app registers its own."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

_labels: dict[str, Any] = {
    "office.region.added": _("登记地区"),
    "office.region.moved": _("变更地区隶属"),
    "office.region.attribute_set": _("登记地区属性"),
    "office.approval.requested": _("提交审批"),
    "office.approval.approved": _("审批同意"),
    "office.approval.refused": _("审批退回"),
    "office.approval.withdrawn": _("撤回审批"),
    "office.work.taken": _("领取待办"),
    "office.work.given_back": _("退回待办"),
    "office.payable.owed": _("形成应付款"),
    "office.payable.ordered": _("应付款开单"),
    "office.payable.paid": _("应付款已付"),
    "office.payable.returned": _("应付款退汇"),
    "office.payable.cancelled": _("取消应付款"),
    "office.payable.due": _("应付款退回待付"),
    "office.paper.attached": _("上传材料"),
    "office.paper.withdrawn": _("撤销材料"),
    "office.paper.read": _("查看材料"),
    "office.account.opened": _("开立账户"),
    "office.account.enabled": _("启用账户"),
    "office.account.disabled": _("停用账户"),
    "office.account.password_reset": _("重置密码"),
    "office.account.password_changed": _("修改密码"),
    "office.account.second_factor_removed": _("解除二次验证"),
    "office.posting.granted": _("授予岗位"),
    "office.posting.revoked": _("终止岗位"),
    "office.token.issued": _("发放密钥"),
    "office.token.revoked": _("吊销密钥"),
    "office.session.opened": _("登录"),
    "office.session.closed": _("退出登录"),
    "office.session.refused": _("登录失败"),
    "office.second_factor.set_up": _("启用二次验证"),
    "office.second_factor.failed": _("二次验证失败"),
    "office.office.opened": _("登记机构"),
    "office.reference.changed": _("维护基础数据"),
    "office.reference.added": _("新增基础数据"),
    "core.audit.verified": _("核验审计封存"),
    "core.import.received": _("上传文件"),
    "core.import.confirmed": _("确认导入"),
    "core.import.applied": _("导入完成"),
    "core.import.undone": _("撤销整批"),
    "core.import.discarded": _("放弃导入"),
    "core.import.error_file": _("下载错误文件"),
    "core.job.cancelled": _("取消任务"),
    "core.job.retried": _("重试任务"),
}


def register(labels: Mapping[str, Any]) -> None:
    """Add the words for an app's acts: ``{"claims.settlement.reversed": _("冲正结算")}``."""
    _labels.update(labels)


def act_label(act: str) -> str:
    """What an act is called; its code where no app has registered a word."""
    return str(_labels.get(act, act))


def choices() -> list[tuple[str, Any]]:
    """Known acts for a filter."""
    return sorted(_labels.items())
