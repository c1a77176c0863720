"""A function of the owner's by which the app role refreshes the statistics of a table it has just filled."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION core_refresh_statistics(name text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
-- A small sample: sizes and the spread of keys are what plans turn on here; autovacuum looks closer later.
SET default_statistics_target = 20 AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                   WHERE n.nspname = 'public' AND c.relname = name AND c.relkind IN ('r', 'p')) THEN
        RAISE EXCEPTION 'no table %', name;
    END IF;
    EXECUTE format('ANALYZE public.%I', name);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, "DROP FUNCTION core_refresh_statistics(text)")]
