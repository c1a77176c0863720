"""Triggers that append a change of the register's counts with the rows it comes from, whatever code writes them.

One trigger call for each statement, so that a COPY of a million rows appends a few hundred changes.
"""

from django.db import migrations

ENROLLMENTS = """
CREATE FUNCTION enrollment_count_enrollments() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO enrollment_registerdelta (region_id, pooling_area_id, year, category, enrolled_count, due_count,
            paid_count, aided_count, personal_fen, aid_fen, paid_fen, aid_paid_fen)
        SELECT region_id, pooling_area_id, year, category, -count(*), 0, 0, 0, 0, 0, 0, 0
        FROM stale WHERE in_force AND reason_ended = '' GROUP BY 1, 2, 3, 4;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO enrollment_registerdelta (region_id, pooling_area_id, year, category, enrolled_count, due_count,
            paid_count, aided_count, personal_fen, aid_fen, paid_fen, aid_paid_fen)
        SELECT region_id, pooling_area_id, year, category, count(*), 0, 0, 0, 0, 0, 0, 0
        FROM fresh WHERE in_force AND reason_ended = '' GROUP BY 1, 2, 3, 4;
    END IF;
    RETURN NULL;
END $$;
"""

DUES = """
CREATE FUNCTION enrollment_count_dues() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO enrollment_registerdelta (region_id, pooling_area_id, year, category, enrolled_count, due_count,
            paid_count, aided_count, personal_fen, aid_fen, paid_fen, aid_paid_fen)
        SELECT region_id, pooling_area_id, year, category, 0, -count(*) FILTER (WHERE state <> 'cancelled'),
            -count(*) FILTER (WHERE state = 'paid'), -count(*) FILTER (WHERE state <> 'cancelled' AND aid_fen > 0),
            -coalesce(sum(personal_fen) FILTER (WHERE state <> 'cancelled'), 0),
            -coalesce(sum(aid_fen) FILTER (WHERE state <> 'cancelled'), 0), -sum(paid_fen), -sum(aid_paid_fen)
        FROM stale GROUP BY 1, 2, 3, 4;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO enrollment_registerdelta (region_id, pooling_area_id, year, category, enrolled_count, due_count,
            paid_count, aided_count, personal_fen, aid_fen, paid_fen, aid_paid_fen)
        SELECT region_id, pooling_area_id, year, category, 0, count(*) FILTER (WHERE state <> 'cancelled'),
            count(*) FILTER (WHERE state = 'paid'), count(*) FILTER (WHERE state <> 'cancelled' AND aid_fen > 0),
            coalesce(sum(personal_fen) FILTER (WHERE state <> 'cancelled'), 0),
            coalesce(sum(aid_fen) FILTER (WHERE state <> 'cancelled'), 0), sum(paid_fen), sum(aid_paid_fen)
        FROM fresh GROUP BY 1, 2, 3, 4;
    END IF;
    RETURN NULL;
END $$;
"""


def triggers(table: str, function: str) -> str:
    """The three statement triggers of one table."""
    return f"""
    CREATE TRIGGER {function}_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS fresh
        FOR EACH STATEMENT EXECUTE FUNCTION {function}();
    CREATE TRIGGER {function}_update AFTER UPDATE ON {table} REFERENCING OLD TABLE AS stale NEW TABLE AS fresh
        FOR EACH STATEMENT EXECUTE FUNCTION {function}();
    CREATE TRIGGER {function}_delete AFTER DELETE ON {table} REFERENCING OLD TABLE AS stale
        FOR EACH STATEMENT EXECUTE FUNCTION {function}();
    """


def undone(table: str, function: str) -> str:
    """Take the three triggers and their function away again."""
    drops = "".join(f"DROP TRIGGER {function}_{act} ON {table};" for act in ("insert", "update", "delete"))
    return f"{drops} DROP FUNCTION {function}();"


class Migration(migrations.Migration):
    """Counts of the register by village, year and category, as appended changes."""

    dependencies = [("enrollment", "0001_initial")]

    operations = [
        migrations.RunSQL(
            ENROLLMENTS + triggers("enrollment_enrollment", "enrollment_count_enrollments"),
            undone("enrollment_enrollment", "enrollment_count_enrollments"),
        ),
        migrations.RunSQL(
            DUES + triggers("enrollment_due", "enrollment_count_dues"),
            undone("enrollment_due", "enrollment_count_dues"),
        ),
    ]
