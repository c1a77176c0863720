"""What can be imported by whom."""

from core import staging
from office.models import User

# Who finds the import pages at all; each kind then asks for its own.
PERMISSIONS = ("enrollment.import", "enrollment.payment", "poverty.import", "claims.bill_import")


def allowed(staff: User) -> list[staging.ImportKind]:
    """The kinds of list that an account may import."""
    return [kind for kind in staging.kinds() if staff.can(kind.permission)]


def may_see(staff: User, code: str) -> bool:
    """Whether an account may see the batches of a kind."""
    return code in {kind.code for kind in allowed(staff)}


def title(code: str) -> str:
    """What a kind is called; its code where the room that declared it is gone."""
    return next((str(kind.title) for kind in staging.kinds() if kind.code == code), code)
