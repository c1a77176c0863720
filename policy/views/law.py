"""政策文件 and 国家标准: documents with their clauses, figures with their values, and where each is used."""

from typing import Any

from django.apps import apps
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from core import clock
from office.access import page
from policy import usage
from policy.law import BOUNDS, RENEWALS, Catalogue, Parameter, ParameterMissing, Value
from policy.models import LocalPolicySet, NationalValue, PolicyFinding
from policy.presenting import law_words
from policy.selectors.law import law

TOPICS = {
    "financing": "筹资",
    "premium_aid": "资助参保",
    "enrollment": "参保",
    "pilot": "2007年试点",
    "inpatient": "住院",
    "outpatient": "门诊",
    "critical_illness": "大病保险",
    "medical_aid": "医疗救助",
    "poverty": "医保扶贫",
    "catalogue": "目录",
    "payment": "支付方式",
    "service": "经办服务",
    "supervision": "监督检查",
    "funds": "基金",
    "reports": "报送",
    "epidemic": "疫情",
    "documents": "文件日期",
}


@page("policy.view", methods=("GET", "HEAD"))
def document_list(request: HttpRequest) -> HttpResponse:
    """The documents, each with its day of issue and the number of figures it carries."""
    known = law()
    rows: list[dict[str, Any]] = [
        {
            "document": document,
            "issued_on": known.issued_on(document.number),
            "clauses": len(document.clauses),
            "values": sum(len(found) for found in known.citing(document.number).values()),
        }
        for document in known.documents.values()
    ]
    rows.sort(key=lambda row: row["issued_on"] or row["document"].issued_between[0])
    return render(request, "policy/document_list.html", {"rows": rows})


@page("policy.view", methods=("GET", "HEAD"))
def document_detail(request: HttpRequest, number: str) -> HttpResponse:
    """One document: its clauses by heading, and under each the figures it carries in the words quoted."""
    known = law()
    document = known.documents.get(number)
    if document is None:
        raise Http404
    citing = known.citing(number)
    clauses = [
        {
            "clause": clause,
            "heading": heading,
            "depth": 0 if "（" not in clause else (2 if clause[-1].isdigit() else 1),
            "figures": [_figure(known, parameter, value) for parameter, value in citing.get(clause, [])],
        }
        for clause, heading in document.clauses.items()
    ]
    return render(
        request,
        "policy/document_detail.html",
        {
            "document": document,
            "issued_on": known.issued_on(number),
            "clauses": clauses,
            "before": [_figure(known, parameter, value) for parameter, value in citing.get("", [])],
            "crumbs": [{"label": _("政策文件"), "url": reverse("policy:document_list")}],
        },
    )


@page("policy.view", methods=("GET", "HEAD"))
def parameter_list(request: HttpRequest) -> HttpResponse:
    """All figures of the law by topic, with the value of the office's day."""
    known, on = law(), clock.today()
    topic, text, kind = (request.GET.get(name, "").strip() for name in ("topic", "q", "kind"))
    rows = [
        _row(known, parameter)
        for parameter in known.parameters.values()
        if (not topic or parameter.topic == topic)
        and (not text or text in parameter.name or text in parameter.key)
        and _is_kind(parameter, kind)
    ]
    return render(
        request,
        "policy/parameter_list.html",
        {
            "rows": rows,
            "topics": [(code, name, code == topic) for code, name in TOPICS.items()],
            "topic": topic,
            "text": text,
            "kind": kind,
            "kinds": [
                ("confirm", _("待确认")),
                ("derived", _("推算")),
                ("input", _("须录入")),
                ("binds", _("约束地方标准")),
            ],
            "on": on,
            "total": len(known.parameters),
        },
    )


@page("policy.view", methods=("GET", "HEAD"))
def parameter_detail(request: HttpRequest, key: str) -> HttpResponse:
    """One figure: its values over time with their words, how it binds, and where it is used."""
    known = law()
    parameter = known.parameters.get(key)
    if parameter is None:
        raise Http404
    terms = usage.terms_of(parameter)
    names = [name for name, _label, _how in terms]
    sets = LocalPolicySet.objects.visible_to(request.user).filter(state="approved").select_related("region")
    wanted = Q(pk__in=[])
    for name in names:
        wanted |= Q(content__terms__has_key=name)
    return render(
        request,
        "policy/parameter_detail.html",
        {
            "parameter": parameter,
            "row": _row(known, parameter),
            "topic": TOPICS.get(parameter.topic, parameter.topic),
            "values": [_figure(known, parameter, value) for value in reversed(parameter.values)],
            "bound": BOUNDS[parameter.bound],
            "renewal": RENEWALS[parameter.renewal],
            "terms": terms,
            "places": [
                {"room": apps.get_app_config(place.room).verbose_name, "file": place.file, "line": place.line}
                for name in [key, *names]
                for place in usage.places(name)
            ],
            "sets": sets.filter(wanted)[:50],
            "findings": PolicyFinding.objects.visible_to(request.user)
            .filter(parameter=key, state="open")
            .select_related("policy_set__region"),
            "may_enter": request.user.can("policy.draft") and request.user.is_national,
            "entered": NationalValue.objects.visible_to(request.user).filter(parameter=key, state="waiting"),
            "crumbs": [{"label": _("国家标准"), "url": reverse("policy:parameter_list")}],
        },
    )


def _is_kind(parameter: Parameter, kind: str) -> bool:
    if kind == "confirm":
        return parameter.is_to_confirm
    if kind == "derived":
        return any(value.derived for value in parameter.values)
    if kind == "input":
        return not parameter.values or any(value.starts_on is None for value in parameter.values)
    return not kind or bool(parameter.binds or parameter.gives)


def _row(known: Catalogue, parameter: Parameter) -> dict[str, Any]:
    try:
        value: Value | None = known.entry(parameter.key, clock.today())
        missing = ""
    except ParameterMissing as refusal:
        value, missing = None, str(refusal)
    return {
        "parameter": parameter,
        "topic": TOPICS.get(parameter.topic, parameter.topic),
        "value": law_words(value.value, parameter.unit) if value else "",
        "entry": value,
        "bound": BOUNDS[value.bound if value else parameter.bound],
        "missing": missing,
    }


def _figure(known: Catalogue, parameter: Parameter, value: Value) -> dict[str, Any]:
    first, last = known.starts_between(value)
    return {
        "parameter": parameter,
        "value": value,
        "text": law_words(value.value, parameter.unit),
        "bound": BOUNDS[value.bound],
        "starts_on": first if first == last else None,
        "between": (first, last) if first != last else None,
        "is_shipped_document": value.document in known.documents,
    }
