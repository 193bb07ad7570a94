"""What messages do by themselves: hand an SMS to the gateway, once what it tells is committed."""

from jiangtai import vault
from jiangtai.access import acting_as_job, phones
from jiangtai.kernel import clock, jobs, sms

from .inbox import field_of
from .models import Message

_DONE = (Message.Sms.SENT, Message.Sms.NO_PHONE, Message.Sms.NONE)


@jobs.job(name="messages.send_sms", label="发送短信")
def send_sms(message: str) -> None:
    """Send one; a gateway that refuses is tried again, and what it said stays with the message."""
    with acting_as_job("发送短信"):
        row = Message.objects.get(pk=message)
        if row.sms in _DONE:
            return
        phone, words = vault.get(row.to_id, phones.ACCOUNT), vault.get(row.to_id, field_of(row.pk))
        if not phone or not words:
            _note(row, Message.Sms.NO_PHONE)
            return
        try:
            sms.send(phone, words)
        except Exception as error:
            said = str(error).replace(phone, "手机号")
            _note(row, Message.Sms.FAILED, said)
            raise sms.SmsError(said) from None  # the queue keeps what it hears, and a phone is not for it
        _note(row, Message.Sms.SENT)


def _note(row: Message, state: str, error: str = "") -> None:
    row.sms, row.sms_at, row.sms_error = state, clock.now(), error[:300]
    row.save(update_fields=("sms", "sms_at", "sms_error"))
