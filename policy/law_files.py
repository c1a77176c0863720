"""Reads policy/documents/*.yaml and policy/parameters/**.yaml; every fault names the file and the key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from policy.law import BOUNDS, RENEWALS, UNITS, Catalogue, Document, LawFault, Parameter, Value, in_order

HERE = Path(__file__).resolve().parent
PARAMETER_KEYS = {"name", "unit", "bound", "renewal", "area", "input", "reading", "about", "binds", "gives", "values"}
VALUE_KEYS = {
    "value", "bound", "document", "clause", "words", "derived", "local", "reading", "confirm", "until",
}  # fmt: skip
DOCUMENT_KEYS = {
    "number",
    "title",
    "issuers",
    "issued_on",
    "issued_between",
    "issue_parameter",
    "area",
    "note",
    "clauses",
}
WHOLE = {"fen", "count", "days", "months", "years", "year", "age", "score", "day"}


class UniqueKeyLoader(yaml.SafeLoader):
    """YAML that refuses a key written twice (plain YAML silently keeps the last)."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: dict[Any, int] = {}
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            line = key_node.start_mark.line + 1
            if key in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"“{key}”写了两次（第 {seen[key]} 行和第 {line} 行）", problem_mark=key_node.start_mark
                )
            seen[key] = line
        return super().construct_mapping(node, deep)


def read(root: Path = HERE) -> Catalogue:
    """Every document and parameter below `root`; raises LawFault at the first fault."""
    documents = {}
    for file in sorted((root / "documents").glob("*.yaml")):
        document = read_document(load(file), file.name)
        documents[document.number] = document
    folder = root / "parameters"
    parameters = {}
    for file in sorted(folder.rglob("*.yaml")):
        key = ".".join(file.relative_to(folder).with_suffix("").parts)
        parameters[key] = read_parameter(key, load(file), documents)
    for document in documents.values():
        if document.issue_parameter and document.issue_parameter not in parameters:
            raise LawFault(f"{document.number}: issue_parameter：没有参数 {document.issue_parameter}")
    return Catalogue(documents, parameters)


def load(file: Path) -> dict[str, Any]:
    try:
        node = yaml.load(file.read_text(encoding="utf8"), Loader=UniqueKeyLoader)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as fault:
        raise LawFault(f"{file.name}: 不是有效的 YAML：{fault}") from fault
    if not isinstance(node, dict):
        raise LawFault(f"{file.name}: 应是“键: 值”的形式")
    return node


def read_document(node: Mapping[str, Any], where: str) -> Document:
    known(node, DOCUMENT_KEYS, where)
    need(node, ("number", "title", "issuers", "clauses"), where)
    between = node.get("issued_between")
    if bool(node.get("issued_on")) == bool(between) or (between and not node.get("issue_parameter")):
        raise LawFault(f"{where}: issued_on：须写印发日期，或写 issued_between 和 issue_parameter，二者取一")
    return Document(
        number=node["number"],
        title=node["title"],
        issuers=tuple(node["issuers"]),
        clauses={str(clause): str(heading) for clause, heading in node["clauses"].items()},
        issued_on=node.get("issued_on"),
        issued_between=(between[0], between[1]) if between else None,
        issue_parameter=node.get("issue_parameter", ""),
        area=node.get("area", ""),
        note=node.get("note", ""),
    )


def read_parameter(key: str, node: Mapping[str, Any], documents: Mapping[str, Document]) -> Parameter:
    where = f"{key}.yaml"
    known(node, PARAMETER_KEYS, where)
    need(node, ("name", "unit", "bound", "renewal", "values"), where)
    for field, allowed in (("unit", UNITS), ("bound", BOUNDS), ("renewal", RENEWALS)):
        if node[field] not in allowed:
            raise LawFault(f"{where}: {field}：“{node[field]}”不认识，只能是 {'、'.join(allowed)}")
    if not isinstance(node["values"], dict):
        raise LawFault(f"{where}: values：应以日期为键")
    if not node["values"] and not node.get("input"):
        raise LawFault(f"{where}: values：没有数值的参数须写 input 说明由谁录入什么")
    values = [read_value(at, row, node, f"{where}: values.{at}", documents) for at, row in node["values"].items()]
    return Parameter(
        key=key,
        name=node["name"],
        unit=node["unit"],
        bound=node["bound"],
        renewal=node["renewal"],
        values=in_order(values),
        area=str(node.get("area", "")),
        input=node.get("input", ""),
        reading=node.get("reading", ""),
        about=node.get("about", ""),
        binds=tuple(node.get("binds", ())),
        gives=tuple(node.get("gives", ())),
    )


def read_value(
    at: object, row: Mapping[str, Any], parameter: Mapping[str, Any], where: str, documents: Mapping[str, Document]
) -> Value:
    if not isinstance(row, dict):
        raise LawFault(f"{where}：应写成 {{value: …, document: …, clause: …, words: …}}")
    known(row, VALUE_KEYS, where)
    need(row, ("value",), where)
    document, unit = str(row.get("document", "")), parameter["unit"]
    starts_on: date | None = None
    if isinstance(at, date):
        starts_on = at
        if parameter["renewal"] == "yearly" and (at.month, at.day) != (1, 1):
            raise LawFault(f"{where}：逐年规定的标准自1月1日起约束整个年度，日期应写 {at.year}-01-01")
    elif at != document or document not in documents or not documents[document].issued_between:
        raise LawFault(f"{where}：键应是日期；只有没有印发日期的文件才写文号（与 document 相同），表示自印发之日起")
    elif parameter["renewal"] == "yearly":
        raise LawFault(f"{where}：逐年规定的标准自1月1日起约束整个年度，不能写“自印发之日起”")
    if document in documents:
        need(row, ("words",), where)
        if row.get("clause") and row["clause"] not in documents[document].clauses:
            raise LawFault(f"{where}.clause：{document} 没有“{row['clause']}”这一条")
    elif not row.get("local"):
        raise LawFault(f"{where}.document：“{document}”不是已收录的文件；其他来源须写 local 说明出处")
    bound = row.get("bound", parameter["bound"])
    if bound not in BOUNDS:
        raise LawFault(f"{where}.bound：“{bound}”不认识，只能是 {'、'.join(BOUNDS)}")
    return Value(
        value=parse(row["value"], unit, f"{where}.value"),
        starts_on=starts_on,
        bound=bound,
        document=document,
        clause=str(row.get("clause", "")),
        words=str(row.get("words", "")),
        derived=row.get("derived", ""),
        local=row.get("local", ""),
        reading=row.get("reading", ""),
        confirm=row.get("confirm", ""),
        until=row.get("until"),
    )


def parse(raw: object, unit: str, where: str) -> Any:
    """One value as written into its exact type; floats are refused."""
    fault = LawFault(f"{where}：“{raw}”不是{UNITS[unit]}（{unit}）的写法")
    if isinstance(raw, float):
        raise LawFault(f"{where}：小数请加引号或写成百分数，免得失真")
    if unit in WHOLE:
        if isinstance(raw, bool) or not isinstance(raw, int) or raw < 0:
            raise fault
        return raw
    if unit == "flag":
        if not isinstance(raw, bool):
            raise fault
        return raw
    if unit == "date":
        if not isinstance(raw, date):
            raise fault
        return raw
    if unit == "list":
        if not isinstance(raw, list) or not raw or not all(isinstance(item, str) for item in raw):
            raise fault
        return tuple(raw)
    text = str(raw).strip()
    if unit == "month_day":
        if not re.fullmatch(r"(0[1-9]|1[0-2])-([0-2]\d|3[01])", text):
            raise fault
        return text
    if re.fullmatch(r"\d+(\.\d+)?%", text):
        return Fraction(text[:-1]) / 100
    if re.fullmatch(r"\d+/[1-9]\d*", text) or (unit == "multiple" and re.fullmatch(r"\d+(\.\d+)?", text)):
        return Fraction(text)
    raise fault


def known(node: Mapping[str, Any], allowed: set[str], where: str) -> None:
    for key in node:
        if key not in allowed:
            raise LawFault(f"{where}: {key}：不认识的键，只能是 {'、'.join(sorted(allowed))}")


def need(node: Mapping[str, Any], wanted: tuple[str, ...], where: str) -> None:
    for key in wanted:
        if node.get(key) is None:
            raise LawFault(f"{where}: {key}：没有写")
