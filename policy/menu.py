"""Menu entries of the policy app."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from office import menu
from policy.selectors.sets import findings_open


def _open_findings(staff: Any) -> int:
    return findings_open(staff).count()


menu.register("政策标准", _("现行标准"), "policy:terms", "list-details", "policy.view", order=10)
menu.register("政策标准", _("政策文件"), "policy:document_list", "book", "policy.view", order=20)
menu.register("政策标准", _("国家标准"), "policy:parameter_list", "scale", "policy.view", order=30)
menu.register("政策标准", _("地方政策标准"), "policy:set_list", "file-text", "policy.view", order=40)
menu.register(
    "政策标准", _("标准差距"), "policy:finding_list", "alert-triangle", "policy.view", badge=_open_findings, order=50
)
menu.register("政策标准", _("国家标准录入"), "policy:national_value_list", "pencil", "policy.view", order=60)
