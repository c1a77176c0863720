"""Rules of the house that can be read off the code: layers, money without floats, one clock, one door to rows."""

import ast
import subprocess

import pytest
from django.apps import apps
from django.db import models

from launcher import places
from tests.repository.sources import ROOMS, dotted, modules

CLOCK = "core/clock.py"
# Modules that a person or a machine from outside comes in through. What lies behind them (services, selectors, jobs,
# imports, the models' own scope rules) may read everything, because it was called with rows already asked for by scope.
DOORS = (
    "views",
    "forms",
    "filters",
    "tables",
    "admin",
    "api",
    "templatetags",
    "menu",
    "panels",
    "cards",
    "search",
    "desk",
)
# Doors that read everything all the same, and why that shows nobody a row beyond their area.
READS_EVERYTHING = {
    "claims/forms.py": "whether a provider's code exists; residents are treated anywhere, so providers are open to all",
    "enrollment/filters.py": "regions are offered by the staff's own area; a typed one is checked with may_see",
    "enrollment/forms.py": "regions are filtered by the same rule as the people in them",
    "enrollment/views/money.py": "the region asked for is checked with may_see",
    "enrollment/views/registration.py": "a person who moves here is found by the whole document number, wherever enrolled",
    "funds/views/books.py": "entries and lines of a book or an entry that was fetched by scope",
    "funds/views/overview.py": "the book of an area that was checked against the reader's areas",
    "funds/views/place.py": "regions of books that were fetched by scope",
    "office/views/accounts.py": "postings and machine keys of an account that was fetched by scope",
    "office/views/desk.py": "a search ticket belongs to the clerk it is made for and is fetched by owner",
    "office/views/history.py": "the number of the last seal says nothing of any row",
    "office/views/imports.py": "jobs of an import batch that was fetched by scope",
    "office/views/regions.py": "attributes and links of a region that was fetched by scope",
    "policy/filters.py": "the choice of regions is filtered by the same rule as the sets themselves",
    "policy/views/terms.py": "the region whose terms are asked for is checked against the reader's area",
}


def test_imports_go_downwards() -> None:
    ended = subprocess.run(
        [places.VENV / "bin" / "lint-imports", "--config", "pyproject.toml", "--no-cache"],
        cwd=places.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout


def floats(tree: ast.AST) -> list[int]:
    """Lines that make a float field or turn something into a float."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (dotted(node.func) == "float" or dotted(node.func).rpartition(".")[2] == "FloatField")
    ]


def test_no_float() -> None:
    assert [f"{path}:{line}" for path, tree in modules(*ROOMS) for line in floats(tree)] == []


def test_a_float_would_be_found() -> None:
    assert floats(ast.parse("a = models.FloatField()\nb = float('1')\nc = forms.IntegerField()")) == [1, 2]


def test_money_is_whole_fen() -> None:
    """Every column of fen is an integer; quantities and unit prices of a bill's line may have exact decimals."""
    for model in own_models():
        for field in model._meta.concrete_fields:
            if field.name.endswith("_fen"):
                assert isinstance(field, models.BigIntegerField), f"{model._meta.label}.{field.name}"


NOW = {"now", "today", "utcnow", "localdate", "fromtimestamp", "utcfromtimestamp"}
CLOCKS = {"datetime", "date", "timezone", "datetime.datetime", "datetime.date", "django.utils.timezone"}


def clock_reads(tree: ast.AST) -> list[int]:
    """Lines that ask the machine what day or time it is."""
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        whose, what = dotted(node.func.value), node.func.attr
        if (whose in CLOCKS and what in NOW) or f"{whose}.{what}" in ("time.time", "time.time_ns"):
            found.append(node.lineno)
    return found


def test_the_clock_is_read_in_one_module() -> None:
    reads = [f"{path}:{line}" for path, tree in modules(*ROOMS) if path != CLOCK for line in clock_reads(tree)]
    assert reads == []


def test_a_clock_read_would_be_found() -> None:
    code = "datetime.now()\ndate.today()\ntimezone.now()\ntime.time()\nclock.now()\nclock.today()"
    assert clock_reads(ast.parse(code)) == [1, 2, 3, 4]


def own_models() -> list[type[models.Model]]:
    return [
        model
        for room in ROOMS
        for model in apps.get_app_config(room).get_models(include_auto_created=True)
        if not model._meta.proxy and not hasattr(model, "pgh_tracked_model")
    ]


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)
def test_every_model_declares_its_scope(model: type[models.Model]) -> None:
    scope = getattr(model, "scope", "")
    assert scope, f"{model._meta.label} does not say whose rows it holds (class attribute `scope`)"
    assert model._default_manager.name == "everywhere" or model._meta.auto_created
    path = scope.removeprefix("code:")
    if (
        path in ("everyone", "nobody", "owner")
        or scope.startswith("code:")
        or (scope, model.__name__) == ("id", "Region")
    ):
        return
    if type(model).__dict__.get("scope_filter") or "scope_filter" in model.__dict__:
        return  # the model has a rule of its own
    here = model
    for part in path.split("__"):
        field = here._meta.get_field(part)
        assert field.related_model, f"{model._meta.label}.scope {scope!r}: {part} is no relation"
        here = field.related_model
    assert here._meta.label == "office.Region"


def reads_everything(tree: ast.AST) -> list[int]:
    """Lines that use `.everywhere`, but for `.everywhere.none()`."""
    empty = {
        node.value.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "none" and dotted(node.value).endswith(".everywhere")
    }
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "everywhere" and node.lineno not in empty
    ]


def is_door(path: str) -> bool:
    return any(part.removesuffix(".py") in DOORS for part in path.split("/")[1:])


def test_doors_use_the_scope() -> None:
    found = {path for path, tree in modules(*ROOMS) if is_door(path) and reads_everything(tree)}
    assert found - set(READS_EVERYTHING) == set()
    assert set(READS_EVERYTHING) - found == set(), "listed, but it reads by scope now: take it off the list"


def test_an_unscoped_read_would_be_found() -> None:
    code = "Person.everywhere.get(pk=1)\nRegion.everywhere.none()"
    assert reads_everything(ast.parse(code)) == [1]
    assert is_door("claims/views/bills.py")
    assert not is_door("claims/services/bills.py")


@pytest.mark.parametrize("folder", ["utils", "common", "misc", "helpers"])
def test_no_drawer_for_anything(folder: str) -> None:
    assert [path for path, _ in modules() if folder in path.removesuffix(".py").split("/")] == []
