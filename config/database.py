"""Bring the database to the code's shape as its owner, and give the application no more than it needs."""

from django.apps import apps
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

from jiangtai import ledger


def migrate(*arguments: str) -> None:
    """Migrate as the owner, then, unless only to a step on the way, settle what the application's role may do."""
    call_command("migrate", *arguments, database="owner", verbosity=0, interactive=False)
    if arguments:
        return
    call_command("createcachetable", database="owner", verbosity=0)
    with connections["owner"].cursor() as cursor:
        ledger.open_months(cursor)
    settle_rights()


def is_current() -> bool:
    """Whether every migration has been applied."""
    executor = MigrationExecutor(connections["owner"])
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def append_only_tables() -> list[str]:
    """The tables that nobody may change."""
    return sorted(model._meta.db_table for model in apps.get_models() if getattr(model, "is_append_only", False))


def settle_rights() -> None:
    """The application reads and writes rows; it owns no table, and on append-only tables it can only add."""
    role = sql.Identifier(connections["default"].settings_dict["USER"])
    if connections["default"].settings_dict["USER"] == connections["owner"].settings_dict["USER"]:
        return  # the production check refuses to serve like this
    statements = [
        "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
        "GRANT USAGE ON SCHEMA public TO {role}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role}",
        "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}",
    ]
    with connections["owner"].cursor() as cursor:
        for statement in statements:
            cursor.execute(sql.SQL(statement).format(role=role))
        cursor.execute(
            "SELECT relname, relispartition FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
            " AND (relispartition OR relname = ANY(%s))",
            [append_only_tables()],
        )
        for table, is_part in cursor.fetchall():
            # A part is reached through its whole only; an append-only table is only added to.
            statement = (
                "REVOKE ALL ON {table} FROM {role}" if is_part else "REVOKE UPDATE, DELETE ON {table} FROM {role}"
            )
            cursor.execute(sql.SQL(statement).format(role=role, table=sql.Identifier(table)))


def unsafe_connection() -> str:
    """Why the application's connection must not serve, in Chinese; empty when it may."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        name, is_super, bypasses = cursor.fetchone()
        cursor.execute(
            "SELECT count(*) FROM pg_tables"
            " WHERE schemaname = 'public' AND pg_has_role(current_user, tableowner, 'MEMBER')"
        )
        owned = cursor.fetchone()[0]
    if is_super or bypasses:
        return f"数据库角色 {name} 是超级用户或可绕过行级安全，请在 DATABASE_URL 中改用普通角色"
    if owned:
        return (
            f"数据库角色 {name} 是表的所有者（或属于所有者角色），请在 DATABASE_URL 中改用普通角色，"
            "所有者只放在 DATABASE_OWNER_URL"
        )
    return ""
