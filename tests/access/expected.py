"""The one table of what every address must answer: who is let in, by which method, and what other areas' records give.

A new address needs a line here, else tests/access fails. ``roles`` are named, not taken from the permission catalogue: a change
of permissions must be seen in this table. ``make`` comes from tests/access/records.py: add a function for a new kind of record.
"""

from django.core.files.uploadedfile import SimpleUploadedFile

from core.models import ImportBatch
from office.models import Office, RegionLink, User
from tests.access import records
from tests.access.walk import EVERYBODY, Line, World

CLERKS = frozenset(
    {
        "window_clerk",
        "enrollment_clerk",
        "claims_clerk",
        "reviewer",
        "poverty_officer",
        "finance_officer",
        "provider_officer",
        "supervisor",
        "analyst",
        "policy_officer",
        "director",
    }
)
AUDITOR = frozenset({"auditor"})
WRITERS = EVERYBODY - AUDITOR
ADMINS = frozenset({"system_admin", "security_admin", "audit_admin"})
SYSTEM, SECURITY, AUDIT = frozenset({"system_admin"}), frozenset({"security_admin"}), frozenset({"audit_admin"})
IMPORTERS = frozenset({"enrollment_clerk"})
CLAIMS_READERS = CLERKS - {"enrollment_clerk"} | AUDITOR
POVERTY_READERS = frozenset(
    {"poverty_officer", "window_clerk", "enrollment_clerk", "reviewer", "supervisor", "analyst", "director", "auditor"}
)
POVERTY_OFFICERS = frozenset({"poverty_officer"})

GET, POST, BOTH = ("GET",), ("POST",), ("GET", "POST")


def _account_of(world: World, area: str) -> dict[str, object]:
    office = Office.everywhere.get(region=world.areas[area])
    return {"username": "fresh_account", "name": "新人", "office": office.pk}


def _office_of(world: World, area: str) -> dict[str, object]:
    return {"code": "NEW-1", "name": "新机构", "region": world.areas[area].code}


def _upload_to(world: World, area: str) -> dict[str, object]:
    return {"file": SimpleUploadedFile("名单.csv", "姓名\n张三\n".encode()), "region": world.areas[area].code}


def _move_to(world: World, area: str) -> dict[str, object]:
    # Inside the own area there is nothing to move to but the region itself for pooling.
    return {"kind": "pooling", "parent": world.areas[area].code, "on": "2018-07-01", "document": "文件"}


EXPECTED: dict[str, Line] = {
    # --- office: the account itself ---
    "office:login": Line(None, BOTH),
    "office:logout": Line(None, POST),
    "office:password_change": Line(EVERYBODY, BOTH),
    "office:second_factor": Line(EVERYBODY, BOTH),
    "office:desk": Line(EVERYBODY, GET),
    "office:notices": Line(EVERYBODY, GET),
    "office:notice_read": Line(EVERYBODY, POST),
    "office:search": Line(CLERKS | AUDITOR, BOTH),
    "office:search_result": Line(CLERKS | AUDITOR, GET, records.ticket),
    # --- office: work ---
    "office:work_list": Line(CLERKS, BOTH),
    "office:work_take": Line(CLERKS, POST, records.work_item),
    "office:work_give_back": Line(CLERKS, POST, records.work_item_taken),
    "office:approval_list": Line(EVERYBODY, BOTH, writers=WRITERS),
    "office:approval_detail": Line(frozenset({"reviewer", "director"}), BOTH, records.approval, outside=404),
    "office:job_list": Line(EVERYBODY, BOTH, writers=WRITERS),
    "office:job_detail": Line(EVERYBODY, GET, records.job),
    "office:job_fragment": Line(EVERYBODY, GET, records.job),
    "office:job_cancel": Line(WRITERS, POST, records.job),
    "office:job_retry": Line(WRITERS, POST, records.job_failed),
    "office:job_result": Line(EVERYBODY, GET, records.job_done),
    "office:paper": Line(CLAIMS_READERS, GET, records.paper),
    # --- office: imports ---
    "office:import_list": Line(IMPORTERS | {"window_clerk", "poverty_officer", "claims_clerk"}, BOTH),
    "office:import_upload": Line(
        IMPORTERS, BOTH, records.import_kind, sibling=200, foreign=200, posts=_upload_to, counts=ImportBatch
    ),
    "office:import_template": Line(IMPORTERS, GET, records.import_kind, sibling=200, foreign=200),
    "office:import_detail": Line(IMPORTERS, GET, records.batch, outside=404),
    "office:import_fragment": Line(IMPORTERS, GET, records.batch, outside=404),
    "office:import_confirm": Line(IMPORTERS, POST, records.batch, outside=404),
    "office:import_discard": Line(IMPORTERS, POST, records.batch, outside=404),
    "office:import_undo": Line(IMPORTERS, POST, records.batch, outside=404),
    "office:import_errors": Line(IMPORTERS, GET, records.batch, outside=404),
    # --- office: history and regions ---
    "office:audit_list": Line(AUDITOR | AUDIT, GET),
    "office:audit_verify": Line(AUDIT, POST),
    "office:history": Line(CLERKS | AUDITOR, GET, records.history_of_work_item),
    "office:region_list": Line(EVERYBODY, GET),
    "office:region_detail": Line(EVERYBODY, GET, records.region),
    "office:region_add": Line(SYSTEM, BOTH, records.region),
    "office:region_move": Line(SYSTEM, BOTH, records.region, posts=_move_to, counts=RegionLink),
    "office:region_attribute": Line(SYSTEM, BOTH, records.region),
    # --- office: accounts ---
    "office:office_list": Line(ADMINS, BOTH),
    "office:office_add": Line(SYSTEM, BOTH, posts=_office_of, counts=Office),
    "office:account_list": Line(ADMINS, BOTH),
    "office:account_add": Line(SYSTEM, BOTH, posts=_account_of, counts=User),
    "office:account_detail": Line(ADMINS, GET, records.account),
    "office:account_switch": Line(SYSTEM, POST, records.account),
    "office:posting_grant": Line(SECURITY, POST, records.account),
    "office:posting_revoke": Line(SECURITY, POST, records.posting),
    "office:token_issue": Line(SYSTEM, POST, records.machine),
    "office:token_revoke": Line(SYSTEM, POST, records.token),
    # --- poverty ---
    "poverty:coverage": Line(POVERTY_READERS, GET),
    "poverty:coverage_children": Line(POVERTY_READERS, GET, records.region),
    "poverty:coverage_recount": Line(POVERTY_OFFICERS, POST),
    "poverty:missing_list": Line(POVERTY_READERS, BOTH, writers=POVERTY_READERS - AUDITOR),
    "poverty:phone_reveal": Line(POVERTY_OFFICERS, POST, records.ledger_member),
    "poverty:mismatch_list": Line(POVERTY_READERS, BOTH, writers=POVERTY_READERS - AUDITOR),
    "poverty:match": Line(POVERTY_OFFICERS, POST),
    "poverty:mismatch_close": Line(POVERTY_OFFICERS, POST),
    "poverty:mismatch_detail": Line(POVERTY_READERS, BOTH, records.mismatch, writers=POVERTY_OFFICERS),
    "poverty:household_list": Line(POVERTY_READERS, BOTH, writers=POVERTY_READERS - AUDITOR),
    "poverty:household_detail": Line(POVERTY_READERS, GET, records.ledger_household),
    "poverty:household_print": Line(POVERTY_READERS, GET, records.ledger_household),
}

# Addresses that are no pages: Django's language switch, probes, and the metrics behind their own token.
EXEMPT = frozenset({"set_language", "healthz", "metrics", "api:schema", "api:docs"})
