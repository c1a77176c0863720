"""One sequence for each kind of serial number (office/services/numbering.py)."""

from django.db import migrations

KINDS = [
    "settlement",
    "bill",
    "filing",
    "person",
    "household",
    "receipt",
    "temporary_identity",
    "paper",
    "work",
    "agreement",
    "payment_order",
    "journal",
    "budget",
    "warning",
    "submission",
    "policy_set",
    "poverty_list",
    "poverty_household",
    "supervision",
    "enquiry",
    "case",
]


class Migration(migrations.Migration):
    dependencies = [("office", "0001_initial")]

    operations = [
        migrations.RunSQL(f"CREATE SEQUENCE office_number_{kind}", f"DROP SEQUENCE office_number_{kind}")
        for kind in KINDS
    ]
