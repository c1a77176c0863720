"""Template filters and tags of the screens: money, masks, periods, addresses, icons and status colours."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.http import QueryDict
from django.templatetags.static import static
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django_filters.widgets import DateRangeWidget

from core import identity, money, tones

register = template.Library()


# --- money and figures ---------------------------------------------------------------------------


@register.filter
def yuan(fen: int | None) -> str:
    """Fen as yuan with separators, ``1,234.50``; a dash where there is no figure (which is not zero)."""
    return "—" if fen is None or fen == "" else money.yuan(int(fen))


@register.filter
def plain_yuan(fen: int | None) -> str:
    """Fen as yuan without separators, for the value of an input."""
    return "" if fen is None or fen == "" else money.plain_yuan(int(fen))


@register.filter
def wan(fen: int | None) -> str:
    """Fen as ten thousand yuan (万元) with two decimals, rounded half up: for overviews, never for booking."""
    if fen is None or fen == "":
        return "—"
    fen = int(fen)
    hundredths = (abs(fen) + 5_000) // 10_000
    sign = "-" if fen < 0 and hundredths else ""
    return f"{sign}{hundredths // 100:,}.{hundredths % 100:02d}"


@register.filter
def share(numerator: int | None, denominator: int | None) -> str:
    """``numerator`` of ``denominator`` as ``76.47%``; a dash when there is nothing to compare with."""
    if numerator is None or not denominator:
        return "—"
    hundredths = (abs(int(numerator)) * 20_000 + abs(int(denominator))) // (2 * abs(int(denominator)))
    sign = "-" if (int(numerator) < 0) != (int(denominator) < 0) and hundredths else ""
    return f"{sign}{hundredths // 100}.{hundredths % 100:02d}%"


@register.filter
def thousands(number: int | None) -> str:
    """An integer with separators, ``12,345``; a dash where there is none."""
    return "—" if number is None or number == "" else f"{int(number):,}"


@register.filter
def shortcount(number: int | None) -> str:
    """A count for a small badge: never wider than three characters (``99+``)."""
    number = int(number or 0)
    return str(number) if number < 100 else "99+"


# --- masks ---------------------------------------------------------------------------------------


@register.filter
def mask_identity(number: str | None) -> str:
    """An identity number with its middle hidden."""
    return identity.mask(number) if number else "—"


@register.filter
def mask_name(name: str | None) -> str:
    """A person's name with all but the family name hidden."""
    return identity.mask_name(name) if name else "—"


@register.filter
def mask_last4(last4: str | None) -> str:
    """The identity number of a row that holds only the last four digits."""
    return f"****{last4}" if last4 else "—"


@register.filter
def mask_phone(phone: str | None) -> str:
    """A telephone number with its middle hidden."""
    return identity.mask_phone(phone) if phone else "—"


# --- days and periods ----------------------------------------------------------------------------


@register.filter
def day(value: date | None) -> str:
    """``2018-07-11``, or a dash."""
    return date_format(value, "Y-m-d") if value else "—"


@register.filter
def moment(value: Any) -> str:
    """``2018-07-11 09:30`` in the office's time zone, or a dash."""
    return date_format(localtime(value), "Y-m-d H:i") if value else "—"


@register.filter
def period(value: int | None) -> str:
    """The stored period 201807 as ``2018-07``."""
    return f"{int(value) // 100}-{int(value) % 100:02d}" if value else "—"


@register.filter
def until(ends_on: date | None) -> str:
    """The end of a range; open ranges say so (长期)."""
    return date_format(ends_on, "Y-m-d") if ends_on else _("长期")


# --- addresses -----------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def query(context: Mapping[str, Any], **changes: Any) -> str:
    """The present query string with ``changes``; a value of None or '' drops the key."""
    request = context.get("request")
    values = request.GET.copy() if request is not None else QueryDict(mutable=True)
    for name, value in changes.items():
        if value is None or value == "":
            values.pop(name, None)
        else:
            values[name] = str(value)
    encoded = values.urlencode()
    return f"?{encoded}" if encoded else "?"


# --- icons, colours, pieces ----------------------------------------------------------------------


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """One icon of static/icons/sprite.svg, hidden from screen readers."""
    return format_html(
        '<svg class="icon {}" width="20" height="20" fill="none" stroke="currentColor" stroke-width="2" '
        'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><use href="{}#{}"></use></svg>',
        css,
        static("icons/sprite.svg"),
        name,
    )


@register.filter
def alert_tone(tags: str) -> str:
    """Django's message level as Tabler's alert colour."""
    return tones.of_message(tags)[0]


@register.filter
def alert_icon(tags: str) -> str:
    """Django's message level as an icon."""
    return tones.of_message(tags)[1]


@register.simple_tag
def status_badge(state: str, label: str = "") -> SafeString:
    """A state in words on its colour; the colour map is ``core.tones.STATES``."""
    return format_html(
        '<span class="badge bg-{}-lt office-status">{}</span>', tones.of_state(str(state)), label or state
    )


@register.filter
def in_words(value: str, words: str) -> bool:
    """Whether ``value`` is one of the space-separated ``words``."""
    return str(value) in words.split()


@register.filter
def with_class(field: Any, css: str) -> SafeString:
    """A form field rendered with a CSS class, red when it was refused."""
    refused = " is-invalid" if field.errors else ""
    return field.as_widget(attrs={**field.field.widget.attrs, "class": f"{css}{refused}"})


@register.filter
def filter_widget(field: Any) -> SafeString:
    """A field of a filter bar: small, and of the kind its widget is."""
    if isinstance(field.field.widget, DateRangeWidget):
        for part in field.field.widget.widgets:
            part.input_type = "date"
    is_choice = hasattr(field.field.widget, "choices") or hasattr(field.field, "choices")
    return with_class(field, "form-select form-select-sm" if is_choice else "form-control form-control-sm")


@register.filter
def cell(value: Any) -> Any:
    """A table cell: years and codes without separators, dates and yes/no in the office's form."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    return str(value) if isinstance(value, int) else value


@register.simple_tag
def illustrative() -> SafeString:
    """The mark 示例 for every figure that does not come from a document."""
    return format_html(
        '<span class="badge bg-purple-lt office-illustrative" title="{}">{}</span>',
        _("示例数据：不是来自文件的规定"),
        _("示例"),
    )


@register.simple_block_tag
def capture(content: str) -> SafeString:
    """Keep rendered content in a variable (``{% capture as name %}…{% endcapture %}``)."""
    return mark_safe(content.strip())  # noqa: S308 - rendered by the template engine, escaped already
