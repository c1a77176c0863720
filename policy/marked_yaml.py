"""YAML read with the line of every key, so that a refusal can point at the line. Floats and double keys are refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import yaml

from core.refusal import Refused


class Fault(NamedTuple):
    """One thing wrong in a file: where, and what to write instead. `line` is 0 where the source has no lines (JSON)."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        where = f"第 {self.line} 行 " if self.line else ""
        return f"{where}{self.path}：{self.message}" if self.path else f"{where}{self.message}"


class FormatRefused(Refused):
    """A file or set that does not keep to the format; `faults` lists every place."""

    def __init__(self, faults: Sequence[Fault], source: str = "") -> None:
        self.faults = tuple(faults)
        head = f"{source}不符合格式，请改正后重试：" if source else "内容不符合格式，请改正后重试："
        super().__init__(head + "；".join(str(fault) for fault in self.faults))


class MarkedDict(dict[str, Any]):
    """A mapping that remembers its line and the line of each key (both from 1)."""

    line: int = 0
    lines: dict[str, int]


class MarkedList(list[Any]):
    """A list that remembers its line and the line of each item."""

    line: int = 0
    lines: list[int]


def line_of(container: Any, key: str | int | None = None) -> int:
    """The line of a key or item, or of the container; 0 when it was not read from YAML."""
    lines = getattr(container, "lines", None)
    if lines is None:
        return 0
    if isinstance(key, str) and isinstance(lines, Mapping):
        return lines.get(key, container.line)
    if isinstance(key, int) and isinstance(lines, list) and key < len(lines):
        return lines[key]
    return container.line


class _Loader(yaml.SafeLoader):
    faults: list[Fault]


def _mapping(loader: _Loader, node: yaml.MappingNode) -> MarkedDict:
    result = MarkedDict()
    result.line, result.lines = node.start_mark.line + 1, {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        written = getattr(key_node, "value", "?")
        if key_node.tag != "tag:yaml.org,2002:str":
            hint = "请写 date" if written == "on" else "请加引号"
            loader.faults.append(Fault("", line, f"键 {written} 不是文字（YAML 把它读作别的类型），{hint}"))
            continue
        if written in result.lines:
            loader.faults.append(Fault(written, line, f"键重复，第 {result.lines[written]} 行已有，请删去一处"))
            continue
        result.lines[written] = line
        result[written] = loader.construct_object(value_node, deep=True)
    return result


def _sequence(loader: _Loader, node: yaml.SequenceNode) -> MarkedList:
    result = MarkedList(loader.construct_object(child, deep=True) for child in node.value)
    result.line, result.lines = node.start_mark.line + 1, [child.start_mark.line + 1 for child in node.value]
    return result


def _float(loader: _Loader, node: yaml.ScalarNode) -> str:
    line = node.start_mark.line + 1
    loader.faults.append(Fault("", line, f'{node.value} 是未加引号的小数，会失去精度，请写 "{node.value}"'))
    return node.value


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
_Loader.add_constructor("tag:yaml.org,2002:seq", _sequence)
_Loader.add_constructor("tag:yaml.org,2002:float", _float)


def load(text: str, source: str = "") -> MarkedDict:
    """Read one YAML document whose top is a mapping; raises FormatRefused with every fault found and its line."""
    loader = _Loader(text)
    loader.faults = []
    try:
        content = loader.get_single_data()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark else 0
        raise FormatRefused([Fault("", line, f"不是有效的 YAML（{error.problem}）")], source) from error
    except (yaml.YAMLError, ValueError) as error:
        raise FormatRefused([Fault("", 0, f"不是有效的 YAML（{error}）")], source) from error
    finally:
        loader.dispose()
    if loader.faults:
        raise FormatRefused(loader.faults, source)
    if not isinstance(content, MarkedDict):
        raise FormatRefused([Fault("", 1, "最外层应为“键: 值”")], source)
    return content
