"""Words for the acts of policy in the audit trail."""

from django.utils.translation import gettext_lazy as _

from office import acts

acts.register(
    {
        "policy.local_set.drafted": _("起草地方标准"),
        "policy.local_set.edited": _("修改地方标准草稿"),
        "policy.local_set.submitted": _("提交地方标准"),
        "policy.local_set.retracted": _("撤回地方标准"),
        "policy.local_set.approved": _("批准地方标准"),
        "policy.local_set.returned": _("退回地方标准"),
        "policy.local_set.withdrawn": _("撤销地方标准"),
        "policy.local_set.loaded": _("装入地方标准"),
        "policy.finding.opened": _("登记标准差距"),
        "policy.finding.closed": _("消除标准差距"),
        "policy.national_value.entered": _("录入国家标准"),
        "policy.national_value.approved": _("批准国家标准"),
        "policy.national_value.refused": _("退回国家标准"),
        "policy.national_value.retracted": _("撤回国家标准"),
        "policy.national_value.withdrawn": _("撤销国家标准"),
    }
)
