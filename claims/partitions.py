"""SQL of the partitioned bill lines: one partition for each year of ``period``, a default one for the rest."""

FIRST_YEAR, LAST_YEAR = 2017, 2027

CREATE = """
CREATE SEQUENCE claims_billline_id_seq;
CREATE TABLE claims_billline (
    id bigint NOT NULL DEFAULT nextval('claims_billline_id_seq'),
    period integer NOT NULL CHECK (period >= 0),
    bill_id bigint NOT NULL,
    line_number integer NOT NULL CHECK (line_number >= 0),
    item_code varchar(40) NOT NULL,
    item_class varchar(1) NOT NULL,
    quantity numeric(14, 4) NOT NULL,
    unit_price numeric(16, 4) NOT NULL,
    amount_fen bigint NOT NULL,
    full_self_fen bigint NOT NULL,
    over_limit_fen bigint NOT NULL,
    first_self_fen bigint NOT NULL,
    in_scope_fen bigint NOT NULL,
    first_self_pay_numerator integer NOT NULL CHECK (first_self_pay_numerator >= 0),
    first_self_pay_denominator integer NOT NULL CHECK (first_self_pay_denominator > 0),
    PRIMARY KEY (period, bill_id, line_number),
    CONSTRAINT bill_line_parts_add_up
        CHECK (amount_fen = full_self_fen + over_limit_fen + first_self_fen + in_scope_fen),
    CONSTRAINT bill_line_not_negative
        CHECK (full_self_fen >= 0 AND over_limit_fen >= 0 AND first_self_fen >= 0 AND in_scope_fen >= 0)
) PARTITION BY RANGE (period);
ALTER SEQUENCE claims_billline_id_seq OWNED BY claims_billline.id;
CREATE TABLE claims_billline_default PARTITION OF claims_billline DEFAULT;
"""

# The app role may not change the shape of the database; this one change it may ask for. Rows of a year that have gone to
# the default partition stay there: moving them would rewrite an append-only table.
FUNCTION = """
CREATE FUNCTION claims_make_line_partition(wanted_year integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    part text := 'claims_billline_' || wanted_year;
BEGIN
    IF wanted_year < 2000 OR wanted_year > 2999 THEN
        RAISE EXCEPTION 'year % is out of range', wanted_year;
    END IF;
    IF to_regclass(part) IS NOT NULL THEN
        RETURN false;
    END IF;
    IF EXISTS (SELECT FROM claims_billline_default
               WHERE period >= wanted_year * 100 AND period < (wanted_year + 1) * 100) THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %I PARTITION OF claims_billline FOR VALUES FROM (%s) TO (%s)',
                   part, wanted_year * 100, (wanted_year + 1) * 100);
    RETURN true;
END $$;
"""

YEARS = "".join(f"SELECT claims_make_line_partition({year});" for year in range(FIRST_YEAR, LAST_YEAR + 1))

DROP = """
DROP TABLE claims_billline;
"""
DROP_FUNCTION = "DROP FUNCTION claims_make_line_partition(integer);"
