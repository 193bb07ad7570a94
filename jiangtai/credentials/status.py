"""Signed status lists, one for each series: whoever keeps a copy sees revocations without this site."""

from collections import defaultdict
from datetime import timedelta
from typing import Any

from jiangtai.access import parameters
from jiangtai.kernel import clock

from . import tokens
from .models import CredentialSeries, Revocation
from .signing import signing_key


def status_document() -> dict[str, Any]:
    """Every status list of the installation, signed now."""
    return {"lists": [tokens.sign(one, signing_key(), typ=tokens.STATUS_TYPE) for one in _payloads()]}


def _payloads() -> list[dict[str, Any]]:
    at = clock.now()
    until = at + timedelta(days=int(parameters.value("credentials.status_days")))
    revoked: dict[str, list[int]] = defaultdict(list)
    rows = Revocation.unscoped.values_list("credential__series__name", "credential__serial")
    for series, serial in rows.iterator():
        revoked[series].append(serial - 1)
    return [
        tokens.status_payload(series.name, series.last, revoked[series.name], at, until)
        for series in CredentialSeries.objects.all()
    ]
