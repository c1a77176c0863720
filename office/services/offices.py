"""Opening offices, and the first day of a production office."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.refusal import Refused
from office.models import Office, Region, User
from office.services import accounts, reference_files, region_files


@transaction.atomic
def open_office(*, code: str, name: str, region: Region, actor: User | None) -> Office:
    """Register an office for a region; refuses a code in use."""
    if Office.everywhere.filter(code=code).exists():
        raise Refused(_("机构编码 %(code)s 已登记。请另取一个。") % {"code": code}, field="code")
    above = Office.everywhere.filter(
        region__child_links__child=region, region__child_links__kind="administrative"
    ).first()
    office = Office.everywhere.create(code=code, name=name, region=region, level=region.level, parent=above)
    audit.record(actor, "office.office.opened", office)
    return office


@dataclass(frozen=True)
class Opened:
    """The administrator of a new office and the password to begin with."""

    office: Office
    username: str
    password: str


@transaction.atomic
def open_production(province: str) -> Opened:
    """Make an empty production office for a province: regions, codes, holidays, and one system administrator.

    Refuses an unknown province and a database that has accounts already. The security and audit administrators are opened
    with it, without passwords of their own yet: the system administrator resets theirs and hands them over.
    """
    if User.everywhere.exists():
        raise Refused(_("该数据库已有账户，不能再次开办。请使用空的数据库。"))
    region_files.load()
    reference_files.load_codes()
    reference_files.load_holidays()
    found = Region.everywhere.filter(level="province", name__startswith=province.strip()) if province.strip() else None
    if found is None or found.count() != 1:
        raise Refused(_("没有名为“%(name)s”的省级地区。请写全称，如“黑龙江省”。") % {"name": province})
    region = found.get()
    office = open_office(code=f"YB{region.code}", name=f"{region.name}医保经办机构", region=region, actor=None)
    today = clock.today()
    first: Opened | None = None
    for username, name, role in (
        ("administrator", "系统管理员", "system_admin"),
        ("security", "安全管理员", "security_admin"),
        ("auditing", "审计管理员", "audit_admin"),
    ):
        user, password = accounts.open_account(username=username, name=name, office=office, actor=None)
        accounts.grant(user, role, starts_on=today, actor=None)
        if first is None:
            first = Opened(office, username, password)
    assert first is not None
    return first
