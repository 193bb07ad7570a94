"""The port through which a text message leaves: an operator's gateway, the demo's console, or none."""

import logging
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

log = logging.getLogger("jiangtai.sms")


class SmsPort(Protocol):
    """What an operator's gateway has to do."""

    def send(self, phone: str, text: str) -> None:
        """Hand one message to the gateway, or raise `SmsError`."""


class SmsError(RuntimeError):
    """The message did not leave; its text says what to do."""


class ConsolePort:
    """The demo's gateway: the message is printed where `jiangtai demo` runs."""

    def send(self, phone: str, text: str) -> None:
        """Print the message."""
        print(f"【短信】{phone}：{text}", flush=True)


class NoPort:
    """No gateway is set up: every message is refused, so that nobody waits for one in vain."""

    def send(self, phone: str, text: str) -> None:
        """Refuse."""
        raise SmsError("本系统尚未接通短信网关，请联系系统管理员（设置 JIANGTAI_SMS）")


def send(phone: str, text: str) -> None:
    """Send a message through the installation's port."""
    port: SmsPort = import_string(settings.SMS_PORT)()
    port.send(phone, text)
