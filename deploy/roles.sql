-- The three roles and the database of the office. Run by a superuser on an empty server; running it again changes nothing.
--   psql -v database=office -v owner=office_owner -v app=office_app -v reader=office_read -f roles.sql postgres
-- Then give each role its password: \password office_owner  …
\set ON_ERROR_STOP on

SELECT format('CREATE ROLE %I LOGIN', role) FROM unnest(ARRAY[:'owner', :'app', :'reader']) AS role
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) \gexec

-- The owner changes tables and makes test databases; it is no superuser.
ALTER ROLE :"owner" NOSUPERUSER CREATEDB NOCREATEROLE;
ALTER ROLE :"app" NOSUPERUSER NOCREATEDB NOCREATEROLE;
ALTER ROLE :"reader" NOSUPERUSER NOCREATEDB NOCREATEROLE;

-- A page that takes longer has failed its clerk; jobs set their own limits when they connect.
ALTER ROLE :"app" SET statement_timeout = '15s';
ALTER ROLE :"app" SET lock_timeout = '3s';
ALTER ROLE :"app" SET idle_in_transaction_session_timeout = '30s';
ALTER ROLE :"reader" SET statement_timeout = '60s';
ALTER ROLE :"reader" SET lock_timeout = '3s';
ALTER ROLE :"reader" SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE :"reader" SET default_transaction_read_only = on;
ALTER ROLE :"owner" SET lock_timeout = '10s';

SELECT format('CREATE DATABASE %I OWNER %I ENCODING ''UTF8'' LC_COLLATE ''C'' LC_CTYPE ''C'' TEMPLATE template0', :'database', :'owner')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
