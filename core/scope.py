"""The one door to rows: `Model.objects.visible_to(staff)`. Anything else on `objects` raises.

A model says by its class attribute `scope` how a row is tied to an area:

- a path to a region foreign key ("region", "person__region"): `staff.region_filter(path)` decides;
- "code:<field>" for a field with a region's code ("code:region_code"): `staff.region_code_filter(field)` decides;
- "owner": the row's own `owner_id`; "everyone": reference data, any active member of staff; "nobody": no screen shows it.

`Model.everywhere` is the default manager, for Django's own machinery, services and jobs. It is also what related managers
(`person.enrolments.all()`) and foreign keys use: they do not ask again, so start from a visible object.
A model with a rule of its own overrides the class method `scope_filter(staff) -> Q`.
"""

from typing import Any, ClassVar, Protocol, Self, TypeVar, cast

from django.core import checks
from django.db import models
from django.db.models import Q

EVERYONE, NOBODY, OWNER, BY_CODE = "everyone", "nobody", "owner", "code:"

M = TypeVar("M", bound=models.Model)


class Staff(Protocol):
    """What the door asks of a user; office.User gives it."""

    pk: Any
    is_active: bool
    is_authenticated: bool

    def can(self, permission: str) -> bool: ...

    def region_filter(self, path: str) -> Q: ...

    def region_code_filter(self, field: str) -> Q: ...


class ScopeMissing(Exception):
    """Rows were asked for without saying for whom."""


class ScopedManager(models.Manager[M]):
    """Raises on everything but `visible_to(staff)` and `none()`."""

    def contribute_to_class(self, cls: type[models.Model], name: str) -> None:
        super().contribute_to_class(cls, name)
        # A model that brings its own scoped manager would otherwise make it the default one.
        if not cls._meta.default_manager_name:
            cls._meta.default_manager_name = "everywhere"

    def get_queryset(self) -> models.QuerySet[M]:
        name = self.model.__name__
        raise ScopeMissing(f"{name}.objects needs visible_to(staff); services and jobs use {name}.everywhere")

    def none(self) -> models.QuerySet[M]:
        return self._everything().none()

    def visible_to(self, staff: Staff | Any) -> Any:
        """The rows this member of staff may see; none for nobody, the anonymous and the disabled."""
        rows = self._everything()
        if staff is None or not getattr(staff, "is_authenticated", False) or not getattr(staff, "is_active", False):
            return rows.none()
        return rows.filter(cast(type[ScopedModel], self.model).scope_filter(staff))

    def _everything(self) -> models.QuerySet[M]:
        return self._queryset_class(model=self.model, using=self._db, hints=self._hints)  # type: ignore[attr-defined]


class ScopedModel(models.Model):
    """Base of every model: names its scope and has the one door."""

    scope: ClassVar[str] = ""

    everywhere: ClassVar[models.Manager[Self]] = models.Manager()  # type: ignore[assignment]
    objects: ClassVar[ScopedManager[Self]] = ScopedManager()  # type: ignore[assignment]

    class Meta:
        abstract = True
        default_manager_name = "everywhere"

    @classmethod
    def scope_filter(cls, staff: Staff) -> Q:
        """The condition for rows that this member of staff may see."""
        if cls.scope == EVERYONE:
            return Q()
        if cls.scope == OWNER:
            return Q(owner_id=staff.pk)
        if cls.scope.startswith(BY_CODE):
            return staff.region_code_filter(cls.scope.removeprefix(BY_CODE))
        if cls.scope and cls.scope != NOBODY:
            return staff.region_filter(cls.scope)
        return Q(pk__in=[])

    @classmethod
    def check(cls, **kwargs: Any) -> list[checks.CheckMessage]:
        problems = super().check(**kwargs)
        if not cls._meta.abstract:
            problems += cls._check_scope()
        return problems

    @classmethod
    def _check_scope(cls) -> list[checks.CheckMessage]:
        problems: list[checks.CheckMessage] = []
        if not cls.scope:
            problems.append(checks.Error(f"{cls.__name__} does not declare its scope", id="core.E002"))
        if isinstance(cls._default_manager, ScopedManager):
            problems.append(checks.Error(f"{cls.__name__}: the default manager must be everywhere", id="core.E003"))
        if not isinstance(getattr(cls, "objects", None), ScopedManager):
            problems.append(checks.Error(f"{cls.__name__}.objects must be a ScopedManager", id="core.E004"))
        if cls.scope and cls.scope not in (EVERYONE, NOBODY, OWNER) and not _leads_somewhere(cls, cls.scope):
            problems.append(checks.Error(f"{cls.__name__}: scope {cls.scope!r} is no path of fields", id="core.E005"))
        return problems


def _leads_somewhere(model: type[models.Model], scope: str) -> bool:
    current: Any = model
    for name in scope.removeprefix(BY_CODE).split("__"):
        if current is None:
            return False
        try:
            field = current._meta.get_field(name)
        except Exception:  # FieldDoesNotExist, or the related model is not loaded
            return False
        current = field.related_model
    return True
