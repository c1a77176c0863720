"""Charts: options for ECharts built on the server, so that pages carry figures and no scripts.

Each builder returns a Chart for ``components/chart.html``. Money is drawn in 万元, as exact decimal text
(``in_wan``): no float is made of it. Every mark may carry the address of the list it counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.templatetags.screen import share, thousands

PALETTE = ["#1c6dd0", "#2fa36b", "#f08c2e", "#6c5fc7", "#0ca6bf", "#d6456b", "#8a96a8", "#b5a13a"]
_AXIS = {
    "axisLine": {"lineStyle": {"color": "#c8ced6"}},
    "axisTick": {"show": False},
    "axisLabel": {"color": "#5b6676"},
}
_VALUE_AXIS = {
    "type": "value",
    "splitLine": {"lineStyle": {"color": "#e9edf2"}},
    "axisLabel": {"color": "#5b6676"},
    "nameTextStyle": {"color": "#5b6676", "align": "left"},
    "nameGap": 10,
}


@dataclass(frozen=True)
class LegendLine:
    """One part of a whole in words; ``colour`` is its place in PALETTE (the style sheet has the same)."""

    colour: int
    name: str
    figure: str
    share: str
    url: str


@dataclass(frozen=True)
class Chart:
    """One chart of a page: the element's id, ECharts' option, and its figures as rows for pages without scripts."""

    element_id: str
    option: Mapping[str, Any]
    rows: Sequence[Sequence[Any]] = field(default=())
    legend: Sequence[LegendLine] = field(default=())

    @property
    def has_figures(self) -> bool:
        return bool(self.rows)


@dataclass(frozen=True)
class Series:
    """Figures of one name, one per category; ``is_line`` draws a line over bars; ``urls`` opens each figure's list."""

    name: str
    figures: Sequence[int | str | None]
    is_line: bool = False
    urls: Sequence[str] = ()
    is_stacked: bool = False


def in_wan(fen: int | None) -> str | None:
    """Fen as 万元 with two decimals, exact decimal text that ECharts reads as a number."""
    if fen is None:
        return None
    hundredths = (abs(fen) + 5_000) // 10_000
    return f"{'-' if fen < 0 and hundredths else ''}{hundredths // 100}.{hundredths % 100:02d}"


def bars(element_id: str, categories: Sequence[str], series: Sequence[Series], *, unit: str = "") -> Chart:
    """Bars and lines over categories (months, areas)."""
    drawn = []
    for number, one in enumerate(series):
        drawn.append(
            {
                "name": one.name,
                "type": "line" if one.is_line else "bar",
                "data": _data(one),
                "itemStyle": {"color": PALETTE[number % len(PALETTE)]},
                "barMaxWidth": 34,
                "symbolSize": 7,
                **({"stack": "sum"} if one.is_stacked else {}),
            }
        )
    option = {
        "color": PALETTE,
        "tooltip": {"trigger": "axis"},
        "legend": {"top": 0, "itemGap": 16} if len(series) > 1 else {"show": False},
        "grid": {
            "left": 8,
            "right": 12,
            "top": 44 if unit or len(series) > 1 else 16,
            "bottom": 4,
            "containLabel": True,
        },
        "xAxis": {"type": "category", "data": list(categories), **_AXIS},
        "yAxis": {**_VALUE_AXIS, "name": unit},
        "series": drawn,
    }
    rows = [[category, *(_at(one.figures, place) for one in series)] for place, category in enumerate(categories)]
    return Chart(element_id, option, rows if any(figure for one in series for figure in one.figures) else ())


def ranking(element_id: str, rows: Sequence[tuple[str, int | str, str]], *, unit: str = "") -> Chart:
    """Horizontal bars from the largest down: (name, figure, address)."""
    names = [name for name, _figure, _url in rows]
    data = [{"value": figure, "url": url} for _name, figure, url in rows]
    option = {
        "color": PALETTE,
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "grid": {"left": 8, "right": 56, "top": 8, "bottom": 4, "containLabel": True},
        "xAxis": {**_VALUE_AXIS, "name": unit},
        "yAxis": {"type": "category", "inverse": True, "data": names, **_AXIS},
        "series": [{"type": "bar", "data": data, "barMaxWidth": 18, "label": {"show": True, "position": "right"}}],
    }
    return Chart(element_id, option, [[name, figure] for name, figure, _url in rows])


def donut(element_id: str, parts: Sequence[tuple[str, int, str]]) -> Chart:
    """Shares of a whole: (name, count, address). Names and counts stand beside the ring as links, where none is cut off."""
    total = sum(count for _name, count, _url in parts)
    option = {
        "color": PALETTE,
        "tooltip": {"trigger": "item"},
        "series": [
            {
                "type": "pie",
                "radius": ["58%", "94%"],
                "label": {"show": False},
                "labelLine": {"show": False},
                "data": [{"name": name, "value": count, "url": url} for name, count, url in parts],
            }
        ],
    }
    legend = [
        LegendLine(number % len(PALETTE), name, thousands(count), share(count, total), url)
        for number, (name, count, url) in enumerate(parts)
    ]
    return Chart(element_id, option, [[name, count] for name, count, _url in parts] if total else (), legend)


def _data(series: Series) -> list[Any]:
    if not series.urls:
        return list(series.figures)
    return [{"value": figure, "url": _at(series.urls, place) or ""} for place, figure in enumerate(series.figures)]


def _at(values: Sequence[Any], place: int) -> Any:
    return values[place] if place < len(values) else None
