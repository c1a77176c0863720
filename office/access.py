"""The door of every page: who is logged in, with which permission, by which method, and never from a cache."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from office import second_factor

View = Callable[..., HttpResponseBase]
READING = ("GET", "HEAD")
ALL = ("GET", "HEAD", "POST")
ANYBODY = ""


def page(*permissions: str, methods: tuple[str, ...] = ALL, own_account: bool = False) -> Callable[[View], View]:
    """Open a view to accounts that hold one of ``permissions`` (none named: to every account with an office).

    Sets ``request.staff``. ``own_account`` marks pages about the account itself (password, second factor): they are
    reachable while a password change or a second factor is still asked for.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            staff = request.user
            if not staff.is_authenticated or not staff.is_active or staff.is_machine:
                if request.headers.get("HX-Request"):
                    away = HttpResponse(status=401)
                    away["HX-Redirect"] = reverse(settings.LOGIN_URL)
                    return away
                return redirect_to_login(request.get_full_path())
            request.staff = staff  # type: ignore[attr-defined]
            if not own_account:
                if staff.must_change_password or staff.password_is_too_old:
                    return redirect("office:password_change")
                if second_factor.is_asked(request):
                    return redirect("office:second_factor")
            if permissions and not staff.can_any(*permissions):
                raise PermissionDenied
            if (
                request.method == "POST"
                and staff.is_read_only
                and not own_account
                and not getattr(door, "reads_by_post", False)
            ):
                raise PermissionDenied
            answer: Any = view(request, *args, **kwargs)
            add_never_cache_headers(answer)
            return answer

        door.page_permissions = permissions  # type: ignore[attr-defined]
        door.page_methods = methods  # type: ignore[attr-defined]
        return door

    return decorate


def open_page(*, methods: tuple[str, ...] = ALL) -> Callable[[View], View]:
    """Open a view to everybody, logged in or not: the log-in page and little else."""

    def decorate(view: View) -> View:
        @wraps(view)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            answer: Any = view(request, *args, **kwargs)
            add_never_cache_headers(answer)
            return answer

        door.page_permissions = None  # type: ignore[attr-defined]
        door.page_methods = methods  # type: ignore[attr-defined]
        return door

    return decorate


def reads_by_post(view: View) -> View:
    """Mark a page whose POST only reads (a search keeps its words out of the address), so that auditors may use it."""
    view.reads_by_post = True  # type: ignore[attr-defined]
    return view


page.open = open_page  # type: ignore[attr-defined]
