"""The books of the year: opening balances, subsidies due and received, the premium handed on, every fact posted."""

from datetime import date
from fractions import Fraction
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

import funds
from core.money import share, yuan
from demonstration.areas import AREAS, Area
from demonstration.office_day import office_day
from demonstration.year import DemonstrationYear
from funds.codes import Fund
from funds.models import Budget, SubsidyDue
from funds.selectors import books as figures
from funds.services import budgets, openings, posting, subsidies
from office.services import approvals

YEAR = 2018
OPENED_ON = date(2017, 9, 1)
SHARES = Path(funds.__file__).parent / "demonstration_data" / "subsidy_shares.yaml"
# What each fund held for each insured person when the books were opened, in fen; made up.
OPENING_PER_HEAD = {Fund.BASIC: 42_000, Fund.CRITICAL: 3_000, Fund.AID: 26_000}
BUDGET_PER_HEAD = {"income": 68_000, "expenditure": 66_000}
# When each treasury paid, and which part of what it owed; city and county stay in arrears.
ARRIVALS = (
    ("centre", date(2018, 3, 20), Fraction(1)),
    ("province", date(2018, 5, 15), Fraction(6, 10)),
    ("city", date(2018, 8, 31), Fraction(9, 10)),
    ("county", date(2018, 9, 28), Fraction(7, 10)),
    ("province", date(2018, 10, 19), Fraction(4, 10)),
)


def key(*words: object) -> UUID:
    return uuid5(NAMESPACE_URL, "demonstration " + " ".join(map(str, words)))


def keep(year: DemonstrationYear) -> None:
    subsidies.load_shares(SHARES)
    for area in AREAS:
        draft_budget(area)
    entries = lines = 0
    for area in AREAS:
        finance = area.clerk("finance_officer")
        for book in posting.open_books(area.region, opened_on=OPENED_ON):
            amount = area.people * OPENING_PER_HEAD[Fund(book.fund)]
            openings.book(book, amount, on=OPENED_ON, source="示例：建账时的结余", actor=finance)
        with office_day(date(YEAR, 1, 31)):
            subsidies.work_out(actor=finance, area=area.region, year=YEAR, due_on=date(YEAR, 9, 30))
        with office_day(date(YEAR, 2, 28)):
            subsidies.transfer_premium(actor=finance, area=area.region, year=YEAR, key=key("premium", area.code))
        receive(area)
        posted = posting.post(area.region, actor=finance)
        entries, lines = entries + posted.entries, lines + posted.lines
    year.tell("books", "记账凭证 / 分录", f"{entries:,} / {lines:,}")
    show_balances(year)


def draft_budget(area: Area) -> None:
    """The basic fund's budget of the year, drafted by finance and approved by the director; made up."""
    if Budget.everywhere.filter(pooling_area=area.region, year=YEAR, fund=Fund.BASIC).exists():
        return
    with office_day(date(YEAR, 1, 12)):
        budget = budgets.draft(
            actor=area.clerk("finance_officer"),
            area=area.region,
            year=YEAR,
            fund=Fund.BASIC,
            income_fen=area.people * BUDGET_PER_HEAD["income"],
            expenditure_fen=area.people * BUDGET_PER_HEAD["expenditure"],
            is_illustrative=True,
        )
        waiting = approvals.waiting_for(budget)
        if waiting:
            approvals.decide(waiting, True, actor=area.clerk("director"), reason="以收定支，略有结余")


def receive(area: Area) -> None:
    """The treasuries pay; the last arrival of a treasury that pays in full carries the remainder."""
    latest = SubsidyDue.everywhere.filter(pooling_area=area.region, year=YEAR).order_by("version")
    owed = {due.treasury: due.due_fen for due in latest}
    for place, (treasury, day, part) in enumerate(ARRIVALS, 1):
        amount = share(owed.get(treasury, 0), part)
        if not amount:
            continue
        with office_day(day):
            subsidies.receive(
                actor=area.clerk("finance_officer"),
                area=area.region,
                year=YEAR,
                treasury=treasury,
                amount_fen=amount,
                arrived_on=day,
                voucher=f"BK{area.code}{YEAR}{place:02d}",
                key=key("arrival", area.code, place),
            )


def show_balances(year: DemonstrationYear) -> None:
    for area in AREAS:
        books = posting.open_books(area.region, opened_on=OPENED_ON)
        total = sum(balance.closing_fen for balance in figures.trial_balance(books, 201709, 201812))
        year.tell("books", f"{area.region.name} 试算平衡差额（元）", yuan(total))
