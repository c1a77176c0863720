"""The one table of what every address must answer: who is let in, by which method, and what other areas' records give.

A new address needs a line here, else tests/access fails. ``roles`` are named, not taken from the permission catalogue: a change
of permissions must be seen in this table. ``make`` comes from tests/access/records.py: add a function for a new kind of record.
"""

from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from core.models import ImportBatch, Job
from funds.models import Budget, SubsidyReceipt
from office.models import Office, RegionLink, User
from tests.access import facts, records
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
REGISTRARS = frozenset({"window_clerk", "enrollment_clerk"})
REGISTER_READERS = CLERKS - {"provider_officer", "policy_officer"} | AUDITOR
DUES, STATUSES = frozenset({"enrollment_clerk"}), frozenset({"enrollment_clerk", "poverty_officer"})
SETTLERS, REVERSERS = frozenset({"window_clerk", "claims_clerk"}), frozenset({"claims_clerk"})
POLICY_READERS, DRAFTERS = CLERKS | AUDITOR, frozenset({"policy_officer"})
CLAIMS_READERS = CLERKS - {"enrollment_clerk"} | AUDITOR
POVERTY_READERS = frozenset(
    {"poverty_officer", "window_clerk", "enrollment_clerk", "reviewer", "supervisor", "analyst", "director", "auditor"}
)
POVERTY_OFFICERS = frozenset({"poverty_officer"})
FUNDS_READERS = frozenset(
    {
        "reviewer",
        "finance_officer",
        "provider_officer",
        "supervisor",
        "analyst",
        "policy_officer",
        "director",
        "auditor",
    }
)
FINANCE, WARNED = frozenset({"finance_officer"}), frozenset({"supervisor", "analyst", "director"})
REPORT_READERS = frozenset({"analyst", "director", "finance_officer", "policy_officer"}) | AUDITOR
ANALYST, DIRECTOR = frozenset({"analyst"}), frozenset({"director"})

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


def _area_of(world: World, area: str) -> dict[str, object]:
    records.fund_book(world, area, world.others[area])
    return {"area": world.areas[area].code, "month": "2018-01"}


def _receipt_of(world: World, area: str) -> dict[str, object]:
    treasury = {"year": 2018, "treasury": "centre", "amount_fen": "1.00", "arrived_on": "2018-01-31"}
    return {**_area_of(world, area), **treasury, "voucher": "BK1", "key": str(uuid4())}


def _budget_of(world: World, area: str) -> dict[str, object]:
    return {**_area_of(world, area), "year": 2018, "fund": "basic", "income_fen": "2.00", "expenditure_fen": "1.00"}


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
    # --- enrollment: people ---
    "enrollment:person_list": Line(REGISTER_READERS, BOTH, writers=REGISTER_READERS - AUDITOR),
    "enrollment:person_register": Line(REGISTRARS, BOTH),
    "enrollment:person_lookup": Line(REGISTRARS, POST),
    "enrollment:enrollment_transfer": Line(REGISTRARS, BOTH),
    "enrollment:person_detail": Line(REGISTER_READERS, GET, facts.person),
    "enrollment:person_reveal": Line(REGISTRARS, POST, facts.person),
    "enrollment:person_correct": Line(REGISTRARS, BOTH, facts.person),
    "enrollment:person_number": Line(REGISTRARS, BOTH, facts.person),
    "enrollment:person_enroll": Line(REGISTRARS, BOTH, facts.person),
    "enrollment:status_grant": Line(STATUSES, BOTH, facts.person),
    "enrollment:status_withdraw": Line(STATUSES, POST, facts.status),
    "enrollment:enrollment_end": Line(REGISTRARS, BOTH, facts.enrollment),
    # --- enrollment: money ---
    "enrollment:household_detail": Line(REGISTER_READERS, GET, facts.household),
    "enrollment:household_pay": Line(REGISTRARS, POST, facts.household),
    "enrollment:dues": Line(REGISTER_READERS, BOTH, writers=REGISTER_READERS - AUDITOR),
    "enrollment:dues_work_out": Line(DUES, BOTH),
    "enrollment:payment_book": Line(REGISTRARS, BOTH, facts.due),
    "enrollment:payment_refund": Line(REGISTRARS, BOTH, facts.due),
    "enrollment:payments": Line(REGISTER_READERS, BOTH, writers=REGISTER_READERS - AUDITOR),
    "enrollment:payment_differences": Line(REGISTER_READERS, BOTH, writers=REGISTER_READERS - AUDITOR),
    "enrollment:payment_difference": Line(REGISTRARS, BOTH, facts.difference),
    "enrollment:campaign": Line(REGISTER_READERS, GET),
    # --- claims ---
    "claims:window": Line(SETTLERS, BOTH),
    "claims:window_person": Line(SETTLERS, BOTH, facts.person),
    "claims:catalogue_lookup": Line(CLAIMS_READERS, GET),
    "claims:bill_list": Line(CLAIMS_READERS, BOTH, writers=CLAIMS_READERS - AUDITOR),
    "claims:bill_detail": Line(CLAIMS_READERS, GET, facts.bill),
    "claims:bill_settle": Line(SETTLERS, POST, facts.bill),
    "claims:bill_withdraw": Line(SETTLERS, POST, facts.bill),
    "claims:settlement_list": Line(CLAIMS_READERS, BOTH, writers=CLAIMS_READERS - AUDITOR),
    "claims:settlement_detail": Line(CLAIMS_READERS, GET, facts.settlement),
    "claims:settlement_print": Line(CLAIMS_READERS, GET, facts.settlement),
    "claims:settlement_reverse": Line(REVERSERS, BOTH, facts.settlement),
    # Residents are treated anywhere: providers and the catalogue are everybody's.
    "claims:provider_list": Line(CLAIMS_READERS, BOTH, writers=CLAIMS_READERS - AUDITOR),
    "claims:provider_detail": Line(CLAIMS_READERS, GET, facts.provider, sibling=200, foreign=200),
    "claims:catalogue_list": Line(CLAIMS_READERS, BOTH, writers=CLAIMS_READERS - AUDITOR),
    # --- policy ---
    "policy:terms": Line(POLICY_READERS, GET),
    "policy:snapshot_detail": Line(POLICY_READERS, GET, facts.snapshot),
    "policy:document_list": Line(POLICY_READERS, GET),
    "policy:document_detail": Line(POLICY_READERS, GET, facts.document, sibling=200, foreign=200),
    "policy:parameter_list": Line(POLICY_READERS, GET),
    "policy:parameter_detail": Line(POLICY_READERS, GET, facts.parameter, sibling=200, foreign=200),
    "policy:set_list": Line(POLICY_READERS, BOTH, writers=CLERKS),
    "policy:set_new": Line(DRAFTERS, BOTH),
    "policy:set_import": Line(DRAFTERS, BOTH),
    "policy:set_detail": Line(POLICY_READERS, BOTH, facts.policy_set, writers=CLERKS),
    "policy:set_edit": Line(DRAFTERS, BOTH, facts.policy_set),
    "policy:set_compare": Line(POLICY_READERS, GET, facts.policy_set, query=facts.other_set),
    "policy:set_file": Line(POLICY_READERS, GET, facts.policy_set),
    "policy:finding_list": Line(POLICY_READERS, BOTH, writers=CLERKS),
    "policy:finding_recompute": Line(DRAFTERS | {"director"}, POST),
    "policy:national_value_list": Line(POLICY_READERS, BOTH, writers=CLERKS),
    "policy:national_value_new": Line(DRAFTERS, BOTH),
    "policy:national_value_detail": Line(
        POLICY_READERS, BOTH, facts.national_value, sibling=200, foreign=200, writers=CLERKS
    ),
    # --- api ---
    "api:regions-list": Line(EVERYBODY, GET),
    "api:regions-detail": Line(EVERYBODY, GET, records.region),
    "api:persons-list": Line(REGISTER_READERS, BOTH, writers=REGISTRARS),
    "api:persons-detail": Line(REGISTER_READERS, GET, facts.person),
    "api:enrolments-list": Line(REGISTER_READERS, BOTH, writers=REGISTRARS),
    "api:enrolments-detail": Line(REGISTER_READERS, GET, facts.enrollment),
    "api:enrolments-end": Line(REGISTRARS, POST, facts.enrollment),
    "api:entitlements-list": Line(SETTLERS, POST),
    "api:providers-list": Line(CLAIMS_READERS, GET),
    "api:providers-detail": Line(CLAIMS_READERS, GET, facts.provider, sibling=200, foreign=200),
    "api:catalogue-list": Line(CLAIMS_READERS, GET),
    "api:catalogue-detail": Line(CLAIMS_READERS, GET, facts.item, sibling=200, foreign=200),
    "api:bills-list": Line(CLAIMS_READERS, BOTH, writers=SETTLERS),
    "api:bills-detail": Line(CLAIMS_READERS, GET, facts.bill),
    "api:bills-preview": Line(CLAIMS_READERS, GET, facts.bill),
    "api:settlements-list": Line(CLAIMS_READERS, BOTH, writers=SETTLERS),
    "api:settlements-detail": Line(CLAIMS_READERS, GET, facts.settlement),
    "api:settlements-national": Line(CLAIMS_READERS, GET, facts.settlement),
    "api:settlements-preview": Line(SETTLERS, POST),
    "api:settlements-reverse": Line(REVERSERS, POST, facts.settlement),
    "api:warnings-list": Line(FUNDS_READERS, GET),
    "api:warnings-detail": Line(FUNDS_READERS, GET, records.risk_warning),
    "api:submissions-list": Line(REPORT_READERS, GET),
    "api:submissions-detail": Line(REPORT_READERS, GET, records.submission),
    "api:submissions-submit": Line(ANALYST, POST, records.submission),
    "api:submissions-accept": Line(DIRECTOR, POST, records.submission),
    "api:submissions-return": Line(DIRECTOR, POST, records.submission),
    # --- funds ---
    "funds:overview": Line(FUNDS_READERS, GET),
    "funds:post": Line(FINANCE, POST, posts=_area_of, counts=Job),
    "funds:close": Line(FINANCE, POST),
    "funds:assess": Line(FINANCE | WARNED, POST),
    "funds:trial_balance": Line(FUNDS_READERS, GET, records.fund_book),
    "funds:account": Line(FUNDS_READERS, GET, records.fund_account),
    "funds:journal_list": Line(FUNDS_READERS, BOTH, writers=FUNDS_READERS - AUDITOR),
    "funds:journal_detail": Line(FUNDS_READERS, GET, records.journal_entry),
    "funds:subsidies": Line(FUNDS_READERS, GET),
    "funds:subsidy_receive": Line(FINANCE, BOTH, posts=_receipt_of, counts=SubsidyReceipt),
    "funds:subsidy_work_out": Line(FINANCE, BOTH),
    "funds:premium_transfer": Line(FINANCE, POST),
    "funds:budget_list": Line(FUNDS_READERS, BOTH, writers=FUNDS_READERS - AUDITOR),
    "funds:budget_new": Line(FINANCE, BOTH, posts=_budget_of, counts=Budget),
    "funds:warning_list": Line(FUNDS_READERS, BOTH, writers=FUNDS_READERS - AUDITOR),
    "funds:warning_detail": Line(FUNDS_READERS, BOTH, records.risk_warning, writers=WARNED),
    "funds:annual_books": Line(FUNDS_READERS, GET),
    "funds:annual_book": Line(FINANCE, BOTH, records.annual_book, outside=403),
    # --- reports ---
    "reports:month": Line(REPORT_READERS, GET),
    "reports:trends": Line(REPORT_READERS, GET),
    "reports:submission_list": Line(REPORT_READERS, BOTH, writers=REPORT_READERS - AUDITOR),
    "reports:submission_build": Line(ANALYST, POST),
    "reports:submission_detail": Line(REPORT_READERS, GET, records.submission),
    "reports:submission_cell": Line(REPORT_READERS, GET, records.submission_cell),
    "reports:submission_rows": Line(REPORT_READERS, BOTH, records.submission_cell, writers=REPORT_READERS - AUDITOR),
    "reports:submission_download": Line(REPORT_READERS, GET, records.submission),
    "reports:submission_submit": Line(ANALYST, POST, records.submission),
    "reports:submission_accept": Line(DIRECTOR, POST, records.submission),
    "reports:submission_return": Line(DIRECTOR, POST, records.submission),
    "reports:submission_correct": Line(ANALYST, POST, records.submission),
}

# Addresses that are no pages: Django's language switch, probes, and the metrics behind their own token.
EXEMPT = frozenset({"set_language", "healthz", "metrics", "api:schema", "api:docs"})
