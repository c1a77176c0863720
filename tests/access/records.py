"""Makes the records that addresses point to, in a given area: one function for each kind of address argument."""

import secrets as random
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from core import secrets
from core.models import Job
from office.models import Approval, Office, Paper, Posting, SearchTicket, User, WorkItem
from office.services import numbering
from tests.access.walk import CANARY, World

START = date(2007, 1, 1)


def region(world: World, area: str, person: User) -> Mapping[str, Any]:
    """A region by its code."""
    return {"code": world.areas[area].code}


def work_item(world: World, area: str, person: User) -> Mapping[str, Any]:
    """An open work item that anyone who works on items may do."""
    item = WorkItem.everywhere.create(
        kind="access", key=random.token_hex(8), title="待办", region=world.areas[area], permission="office.work"
    )
    return {"pk": item.pk}


def work_item_taken(world: World, area: str, person: User) -> Mapping[str, Any]:
    """A work item with the person's name on it, in their own area."""
    made = work_item(world, area, person)
    if area == "own":
        WorkItem.everywhere.filter(pk=made["pk"]).update(assignee=person)
    return made


def approval(world: World, area: str, person: User) -> Mapping[str, Any]:
    """A waiting approval for someone who approves, made by another person."""
    made = Approval.everywhere.create(
        kind="access",
        title="审批",
        object_type="office.Office",
        object_id=random.token_hex(8),
        content_hash="0" * 64,
        permission="office.approve",
        region=world.areas[area],
        maker=world.others[area],
    )
    return {"pk": made.pk}


def job(world: World, area: str, person: User) -> Mapping[str, Any]:
    """A job: the person's own in the own area, another person's elsewhere."""
    owner = person if area == "own" else world.others[area]
    made = Job.everywhere.create(
        kind="access",
        key=random.token_hex(8),
        owner_id=owner.pk,
        owner_name=owner.name,
        region_code=world.areas[area].code,
    )
    return {"pk": made.pk}


def job_failed(world: World, area: str, person: User) -> Mapping[str, Any]:
    """A failed job."""
    made = job(world, area, person)
    Job.everywhere.filter(pk=made["pk"]).update(state="failed")
    return made


def job_done(world: World, area: str, person: User) -> Mapping[str, Any]:
    """A job that is done, with its file."""
    made = job(world, area, person)
    name = f"{random.token_hex(8)}.csv"
    (Path(settings.VAR_DIR) / name).write_text("x", encoding="utf-8")
    Job.everywhere.filter(pk=made["pk"]).update(state="done", result_path=name)
    return made


def ticket(world: World, area: str, person: User) -> Mapping[str, Any]:
    """A search: the person's own, or somebody else's."""
    owner = person if area == "own" else world.others[area]
    made = SearchTicket.everywhere.create(token=random.token_urlsafe(16), owner=owner, cipher=secrets.encrypt("张三"))
    return {"token": made.token}


def account(world: World, area: str, person: User) -> Mapping[str, Any]:
    """An account of an office of the area."""
    return {"username": world.others[area].username}


def machine(world: World, area: str, person: User) -> Mapping[str, Any]:
    """A machine account of the area."""
    user = User.everywhere.create(
        username=f"his{random.token_hex(4)}",
        name="医院",
        is_machine=True,
        office=Office.everywhere.get(region=world.areas[area]),
    )
    return {"username": user.username}


def posting(world: World, area: str, person: User) -> Mapping[str, Any]:
    """A role that somebody of the area holds."""
    user = world.others[area]
    made = Posting.everywhere.create(user=user, role="provider_officer", starts_on=START)
    return {"username": user.username, "pk": made.pk}


def token(world: World, area: str, person: User) -> Mapping[str, Any]:
    """A machine's key."""
    username = machine(world, area, person)["username"]
    user = User.everywhere.get(username=username)
    made = user.machine_tokens.create(digest=random.token_hex(32), label="x", expires_on=date(2099, 1, 1))
    return {"username": username, "pk": made.pk}


def paper(world: World, area: str, person: User) -> Mapping[str, Any]:
    """A paper that claims staff may open."""
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    name = f"access/{random.token_hex(8)}.pdf"
    default_storage.save(name, ContentFile(b"%PDF-1.7"))
    made = Paper.everywhere.create(
        number=numbering.next("paper"),
        object_type="office.Office",
        object_id="1",
        region=world.areas[area],
        title="材料",
        file_name="a.pdf",
        stored_name=name,
        media_type="application/pdf",
        size_bytes=8,
        sha256="0" * 64,
        permission="claims.view",
        uploaded_by=world.others[area],
    )
    return {"number": made.number}


def history_of_work_item(world: World, area: str, person: User) -> Mapping[str, Any]:
    """The history of a work item."""
    return {"label": "office.workitem", "pk": str(work_item(world, area, person)["pk"])}


def batch(world: World, area: str, person: User) -> Mapping[str, Any]:
    """An uploaded batch of the harness's own kind of import."""
    from core.models import ImportBatch

    made = ImportBatch.everywhere.create(
        kind="access.list",
        file_name="a.csv",
        file_sha256=random.token_hex(32),
        region_id=world.areas[area].pk,
        region_code=world.areas[area].code,
        region_name=world.areas[area].name,
    )
    return {"pk": made.pk}


def import_kind(world: World, area: str, person: User) -> Mapping[str, Any]:
    """The harness's own kind of import, for enrolment clerks."""
    return {"kind": "access.list"}


def _ledger_member(world: World, area: str) -> Any:
    from poverty.models import LedgerHousehold, LedgerMember

    region, mark = world.areas[area], random.token_hex(8)
    household = LedgerHousehold.everywhere.create(
        book_number=mark, region=region, pooling_area=region, head_name="张三"
    )
    return LedgerMember.everywhere.create(
        household=household,
        member_number=mark,
        name="张三",
        id_cipher=secrets.encrypt(CANARY),
        id_last4=CANARY[-4:],
        relation="head",
        phone_cipher=secrets.encrypt("13800000000"),
        phone_last4="0000",
        region=region,
        pooling_area=region,
    )


def ledger_member(world: World, area: str, person: User) -> Mapping[str, Any]:
    """A member of the poverty ledger with a telephone."""
    return {"pk": _ledger_member(world, area).pk}


def ledger_household(world: World, area: str, person: User) -> Mapping[str, Any]:
    """A household of the poverty ledger."""
    household = _ledger_member(world, area).household
    household.refresh_from_db()
    return {"number": household.number}


def mismatch(world: World, area: str, person: User) -> Mapping[str, Any]:
    """An open mismatch between a list and the register."""
    from poverty.models import Mismatch

    region = world.areas[area]
    made = Mismatch.everywhere.create(
        member=_ledger_member(world, area),
        kind="not_found",
        region=region,
        county=region,
        pooling_area=region,
        opened_on=START,
    )
    return {"pk": made.pk}


def _book(world: World, area: str) -> Any:
    from funds.models import Account, Book

    Account.everywhere.get_or_create(code="1003", defaults={"name": "财政专户存款", "kind": "asset"})
    return Book.everywhere.get_or_create(
        pooling_area=world.areas[area], fund="basic", defaults={"opened_on": date(2018, 1, 1)}
    )[0]


def fund_book(world: World, area: str, person: User) -> Mapping[str, Any]:
    """The books of the area's basic fund."""
    return {"pk": _book(world, area).pk}


def fund_account(world: World, area: str, person: User) -> Mapping[str, Any]:
    """An account of the area's basic fund."""
    return {"pk": _book(world, area).pk, "code": "1003"}


def journal_entry(world: World, area: str, person: User) -> Mapping[str, Any]:
    """An entry in the area's books."""
    from funds.models import JournalEntry

    moment = datetime(2018, 1, 2, tzinfo=UTC)
    book = _book(world, area)
    made = JournalEntry.everywhere.create(
        number=f"PZ{random.token_hex(8)}",
        book=book,
        kind="settlements",
        fact_on=date(2018, 1, 1),
        booked_on=date(2018, 1, 1),
        period=201801,
        batch=JournalEntry.everywhere.filter(book=book).count() + 1,
        recorded_after=moment,
        recorded_through=moment,
        text="试",
    )
    return {"number": made.number}


def risk_warning(world: World, area: str, person: User) -> Mapping[str, Any]:
    """A red warning of the area that nobody has handled."""
    from funds.models import RiskWarning

    same = RiskWarning.everywhere.filter(pooling_area=world.areas[area])
    same.update(is_latest=False)
    made = RiskWarning.everywhere.create(
        pooling_area=world.areas[area],
        period=201801,
        indicator="current_balance",
        version=same.count() + 1,
        numerator=-1,
        denominator=1,
        grade="red",
        evidence={"facts": []},
        inputs_digest="0" * 64,
    )
    return {"pk": made.pk}


def annual_book(world: World, area: str, person: User) -> Mapping[str, Any]:
    """A published year of the area."""
    from funds.models import AnnualBook

    made, _new = AnnualBook.everywhere.get_or_create(
        region=world.areas[area], year=2018, fund="basic", defaults={"source_title": "公报"}
    )
    return {"pk": made.pk}


def submission(world: World, area: str, person: User) -> Mapping[str, Any]:
    """A report of the area that was built and not handed in."""
    from core import clock
    from reports.models import Submission
    from reports.rules import definition

    version = definition.load()["operation"].versions[-1]
    made = Submission.everywhere.create(
        number=f"BS{random.token_hex(6)}",
        definition="operation",
        definition_version=version.number,
        definition_digest=version.digest,
        region=world.areas[area],
        period=201801,
        version=1 + Submission.everywhere.filter(region=world.areas[area]).count(),
        is_latest=False,
        figures={cell.code: 0 for cell in version.counted},
        cut_off=clock.now(),
    )
    return {"number": made.number}


def submission_cell(world: World, area: str, person: User) -> Mapping[str, Any]:
    """A figure of a report, counted from settlements."""
    return {**submission(world, area, person), "code": "total_fen"}
