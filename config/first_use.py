"""`jiangtai init`: the first use of an installation, from nothing to a root unit and three administrators apart."""

import argparse

from jiangtai.kernel import EmbeddedError

ADMINISTRATORS = (("system", "system_admin"), ("security", "security_admin"), ("audit", "audit_admin"))


def run(chosen: argparse.Namespace) -> None:
    """Make what is missing, found the root, open three accounts, and print each one's activation link."""
    from jiangtai.kernel.home import Home

    home = Home.current()
    if home.is_demo:
        raise PermissionError(f"{home.path} 是演示环境，正式使用请用 JIANGTAI_HOME 指定另一个目录")
    home.make_secrets()
    import django

    django.setup()
    from . import serving

    serving.make_keys(home)
    with serving.database():
        serving.prepare()
        links = _found(chosen)
    print(f"已建立根单位“{chosen.name}”。请把下面三个链接分别当面交给三个人，72 小时内有效，用一次即失效：\n")
    for label, name, token in links:
        print(f"  {label}\t{name}\t{_address()}/activate/{token}/")
    print("\n下一步：jiangtai serve。密钥在", home.keys, "，请另行备份。")


def _found(chosen: argparse.Namespace) -> list[tuple[str, str, str]]:
    """All of it in one transaction."""
    from django.core.exceptions import ValidationError
    from django.core.management import CommandError
    from django.db import transaction

    from jiangtai.access import ROLES, Unit, accounts, acting_as_job, grants, units

    with acting_as_job("首次使用"), transaction.atomic():
        if Unit.objects.exists():
            raise EmbeddedError("系统里已有单位，首次使用只能进行一次；新增账号请由系统管理员在“账号”中开通")
        root = units.found(kind=_kind(chosen.code), name=chosen.name, parent=None, code=chosen.code, reason="首次使用")
        opened = []
        for option, role in ADMINISTRATORS:
            name, username = getattr(chosen, option)
            try:
                account, token = accounts.open_account(username=username, name=name, unit=root, duty=ROLES[role].duty)
            except ValidationError as error:
                raise CommandError(f"--{option} {name}:{username}：{'；'.join(error.messages)}") from error
            grants.grant(account, role, root, "首次使用")
            opened.append((ROLES[role].label, name, token))
        return opened


def _kind(code: str) -> str:
    """A district, a city or a province, by the length of its code."""
    from jiangtai.access import Unit
    from jiangtai.kernel import codes

    level = codes.parse_division(code).level
    return {"省": Unit.Kind.PROVINCE, "市": Unit.Kind.CITY, "县": Unit.Kind.DISTRICT}.get(level, Unit.Kind.STREET)


def _address() -> str:
    """Where the holders will open their links."""
    from django.conf import settings

    host = settings.ALLOWED_HOSTS[0]
    return f"https://{host}" if settings.HTTPS else f"http://{host}:8000"
