"""The throw-away home of a test run; loaded before Django reads its settings."""

import os
import tempfile
from pathlib import Path

_folder = tempfile.TemporaryDirectory(prefix="jt-", ignore_cleanup_errors=True)
HOME = Path(_folder.name)
os.environ["JIANGTAI_HOME"] = str(HOME)
for _name in (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "JIANGTAI_SECRET",
    "JIANGTAI_DEBUG",
    "JIANGTAI_ROOT",
    "JIANGTAI_KEYS",
):
    os.environ.pop(_name, None)


def _make() -> None:
    from jiangtai.kernel.crypto import Keyring
    from jiangtai.kernel.home import Home

    home = Home(HOME)
    home.path.chmod(0o711)
    home.make_secrets()
    Keyring.create(home.keys)


_make()
