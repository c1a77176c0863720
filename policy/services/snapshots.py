"""Stores resolved terms once for each content, so that a settlement can be explained for ever by what it was settled under."""

from django.db import transaction

from policy.models import TermsSnapshot
from policy.terms import Terms


@transaction.atomic
def store(terms: Terms) -> TermsSnapshot:
    """The snapshot of these terms; made if no snapshot has this content. Safe when two processes store at once."""
    found = TermsSnapshot.everywhere.filter(digest=terms.digest).first()
    if found is not None:
        return found
    made = TermsSnapshot(digest=terms.digest, area_code=terms.area_code, on=terms.on, content=terms.to_json())
    TermsSnapshot.everywhere.bulk_create([made], ignore_conflicts=True)
    return TermsSnapshot.everywhere.get(digest=terms.digest)


def terms_of(snapshot: TermsSnapshot) -> Terms:
    """The terms as they were stored."""
    return Terms.from_json(snapshot.content)
