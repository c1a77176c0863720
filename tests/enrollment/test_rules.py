"""The rules of enrolment, one worked case each; no database."""

from datetime import date

from enrollment.rules import coverage, documents, dues, eligibility
from policy.terms import Citation, Row, Table, Term, Terms

SEASON = coverage.Season(2018, date(2017, 9, 1), date(2017, 12, 31), waiting_days=60, newborn_days=90)
CITED = (Citation("医保发〔2018〕2号", "一", "220 元"),)


def terms(**values: object) -> Terms:
    named = {name.replace("__", "."): value for name, value in values.items()}
    return Terms("230800", date(2018, 1, 1), {n: Term(n, v, "fen", CITED) for n, v in named.items()})


def cover(category: str, registered_on: date, birth_on: date = date(1980, 1, 1), **more: bool) -> coverage.Cover:
    return coverage.cover(
        category=category,
        birth_on=birth_on,
        registered_on=registered_on,
        season=SEASON,
        is_continuing=more.get("is_continuing", False),
        is_poor=more.get("is_poor", False),
    )


def test_the_season_covers_the_whole_year() -> None:
    assert cover("adult", date(2017, 12, 31)) == coverage.Cover(date(2018, 1, 1), date(2018, 12, 31), date(2018, 1, 1))


def test_late_adult_waits_sixty_days() -> None:
    late = cover("adult", date(2018, 6, 1))
    assert (late.starts_on, late.benefits_start_on) == (date(2018, 6, 1), date(2018, 7, 31))


def test_student_newly_poor_and_changer_of_scheme_do_not_wait() -> None:
    assert cover("university", date(2018, 6, 1)).benefits_start_on == date(2018, 6, 1)
    assert cover("adult", date(2018, 6, 1), is_poor=True).benefits_start_on == date(2018, 6, 1)
    assert cover("adult", date(2018, 6, 1), is_continuing=True).benefits_start_on == date(2018, 6, 1)


def test_newborn_on_the_last_day_of_the_window_is_covered_from_birth() -> None:
    born = date(2018, 3, 1)
    assert cover("newborn", date(2018, 5, 30), born).starts_on == born
    assert cover("newborn", date(2018, 5, 31), born).starts_on == date(2018, 5, 31)


def test_newborn_of_last_year_registered_now_is_covered_from_january_in_season() -> None:
    assert cover("newborn", date(2017, 12, 1), date(2017, 11, 20)).starts_on == date(2018, 1, 1)


def test_season_that_ends_in_february_ends_in_the_benefit_year() -> None:
    of = terms(
        enrollment__season_starts="09-01",
        enrollment__season_ends="02-28",
        enrollment__waiting_days=60,
        enrollment__newborn_days=90,
    )
    assert coverage.season(of, 2018).ends_on == date(2018, 2, 28)


def test_each_category_asks_for_one_proof_from_its_day() -> None:
    assert eligibility.gate("pupil", date(2007, 7, 10)).proof == "school_roll"
    assert eligibility.gate("residence_permit", date(2017, 4, 26)) is None
    assert eligibility.gate("residence_permit", date(2017, 4, 27)).proof == "residence_permit"
    assert {row.proof for row in eligibility.gates()} <= {
        "household_register", "residence_permit", "school_roll", "birth_certificate", "travel_permit", "permanent_residence",
    }  # fmt: skip


def test_member_of_the_employee_scheme_is_refused_with_the_clause() -> None:
    member = eligibility.Applicant("adult", "01", date(1980, 1, 1), employee_insured_from_on=date(2018, 3, 1))
    assert "国发〔2007〕20号" in eligibility.reason_to_refuse(member, date(2018, 6, 1), date(2018, 6, 1))
    assert eligibility.reason_to_refuse(member, date(2017, 12, 1), date(2018, 1, 1)) == ""


def test_the_dead_and_the_wrong_document_are_refused() -> None:
    dead = eligibility.Applicant("adult", "01", date(1980, 1, 1), died_on=date(2018, 2, 1))
    assert "死亡" in eligibility.reason_to_refuse(dead, date(2018, 6, 1), date(2018, 6, 1))
    wrong = eligibility.Applicant("hmt_permit", "01", date(1980, 1, 1))
    assert "证件类型" in eligibility.reason_to_refuse(wrong, date(2018, 8, 1), date(2018, 8, 1))


def test_forms_of_permits() -> None:
    assert documents.reason_to_refuse_document("04", "Ｈ12345678") == ""
    assert "格式不符" in documents.reason_to_refuse_document("04", "X12345678")
    assert documents.reason_to_refuse_document("990201", " p230123456") == ""


def test_standard_without_aid() -> None:
    owed = dues.due("adult", [], terms(financing__individual=21000))
    assert (owed.standard_fen, owed.aid_fen, owed.personal_fen) == (21000, 0, 21000)
    assert owed.basis()[0]["citations"] == ["医保发〔2018〕2号 一"]


def test_the_better_of_two_aids_once() -> None:
    of = terms(
        financing__individual=21000,
        premium_aid__minimum_living={"kind": "amount", "value": 10000},
        premium_aid__severely_disabled={"kind": "amount", "value": 12000},
    )
    owed = dues.due("adult", ["minimum_living", "severely_disabled"], of)
    assert (owed.aid_category, owed.aid_fen, owed.personal_fen) == ("severely_disabled", 12000, 9000)


def test_full_aid_and_aid_never_above_the_due() -> None:
    of = terms(
        financing__individual=21000,
        premium_aid__destitute={"kind": "full", "value": None},
        premium_aid__registered_poor={"kind": "amount", "value": 25000},
    )
    assert dues.due("adult", ["destitute"], of).personal_fen == 0
    assert dues.due("adult", ["registered_poor"], of).aid_fen == 21000


def test_tier_by_category() -> None:
    tiers = Table((Row((("category", ("pupil",)),), "学生档"), Row((("category", ("others",)),), "成人档")))
    amounts = Table((Row((("tier", ("学生档",)),), 15000), Row((("tier", ("成人档",)),), 21000)))
    of = terms(financing__tiers=tiers, financing__individual=amounts)
    assert (dues.due("pupil", [], of).tier, dues.due("pupil", [], of).standard_fen) == ("学生档", 15000)
    assert dues.due("adult", [], of).standard_fen == 21000
