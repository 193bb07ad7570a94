"""Signature and status list tell the truth where there is neither database nor network."""

import json
import subprocess
import sys
from datetime import timedelta

import pytest
from joserfc.jwk import OKPKey

from jiangtai import vault
from jiangtai.access import acting_as_job
from jiangtai.credentials import (
    State,
    certificate_pdf,
    check,
    holder_of,
    numbers,
    offline,
    revoke,
    rotate_signing_key,
    tokens,
    verify,
)
from jiangtai.credentials.signing import public_keys, token_of
from jiangtai.credentials.status import status_document
from jiangtai.kernel import clock, crypto
from tests.house import ROOT

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed(grant):
    row = grant()
    return row, token_of(row, holder_of(row))


def altered(token, **claims):
    """The same token with other claims: the signature stays."""
    head, body, signature = token.split(".")
    padded = body + "=" * (-len(body) % 4)
    import base64

    content = json.loads(base64.urlsafe_b64decode(padded)) | claims
    packed = base64.urlsafe_b64encode(json.dumps(content, ensure_ascii=False).encode()).rstrip(b"=").decode()
    return f"{head}.{packed}.{signature}"


def test_what_was_signed_holds(signed):
    row, token = signed
    verdict = verify(token, public_keys(), status_document())
    assert (verdict.state, verdict.holds) == (State.VALID, True)
    assert verdict.claims["h"] == "王䶮" and verdict.claims["n"] == row.number
    assert "真实有效" in verdict.lines()[0]


def test_without_a_status_list_it_says_what_was_not_checked(signed):
    assert "未核对是否已撤销" in verify(signed[1], public_keys()).note


@pytest.mark.parametrize(
    "claims", [{"h": "李四"}, {"t": "全国劳动模范"}, {"n": "TH2026-000009-X"}, {"s": "TH2026/9"}, {"x": "2099-01-01"}]
)
def test_an_altered_claim_is_seen(signed, claims):
    assert verify(altered(signed[1], **claims), public_keys(), status_document()).state is State.FORGED


def test_another_key_is_seen(signed):
    stranger = OKPKey.generate_key("Ed25519", {"kid": public_keys()["keys"][0]["kid"]})
    forged = tokens.sign(
        {"n": signed[0].number, "h": "李四", "t": "工匠", "i": "x", "d": "2026-11-20", "s": "TH2026/0"}, stranger
    )
    assert verify(forged, public_keys(), status_document()).state is State.FORGED
    assert check(forged).state is State.FORGED


def test_what_no_known_key_signed_is_forged():
    assert verify("eyJhbGciOiJub25lIn0.eyJuIjoxfQ." + "A" * 86, public_keys()).state is State.FORGED


@pytest.mark.parametrize("text", ["", "x", "eyJ.eyJ.x", "TH2026-000001-1", "https://jt.example/v/TH2026-000001-1"])
def test_what_holds_no_signature_was_not_checked_and_is_not_called_forged(text):
    verdict = verify(text, public_keys())
    assert (verdict.state, verdict.holds) == (State.UNREAD, False)
    assert verdict.lines()[0] == "没有核验" and "签名不符" not in "".join(verdict.lines())


def test_a_file_that_is_not_there_is_told_by_its_name(tmp_path, capsys):
    offline.export_command(tmp_path)
    keys, status = tmp_path / offline.KEYS_FILE, tmp_path / offline.STATUS_FILE
    capsys.readouterr()
    for target in (str(tmp_path / "x.pdf"), "x.pdf", "TH2026-000001-1"):
        assert offline.verify_command(target, keys) == 1
        out, err = capsys.readouterr()
        assert f"没有文件 {target}" in err and "签名不符" not in out + err
    for call, said in (
        (("eyJ.eyJ.x", tmp_path / "none.json"), f"没有这个文件或目录：{tmp_path / 'none.json'}"),
        (("eyJ.eyJ.x", keys, tmp_path / "none.json"), "没有这个文件或目录"),
        (("eyJ.eyJ.x", tmp_path), f"{tmp_path} 是目录，不是文件"),
        ((str(tmp_path), keys, status), f"{tmp_path} 是目录，不是文件"),
    ):
        assert offline.verify_command(*call) == 1
        assert said in capsys.readouterr().err
    assert offline.verify_command("https://jt.example/v/TH2026-000001-1", keys) == 1
    assert capsys.readouterr().out.startswith("没有核验\n")


def test_a_status_list_is_no_credential_and_the_reverse(signed):
    assert verify(status_document()["lists"][0], public_keys()).state is State.FORGED
    assert verify(signed[1], public_keys(), {"lists": [signed[1]]}).state is State.FORGED


def test_revocation_shows_with_a_newer_status_list(signed):
    row, token = signed
    older = status_document()
    with clock.at(clock.now() + timedelta(hours=1)), acting_as_job("测试"):
        revoke(row, "withdrawn", clock.today())
        newer = status_document()
        assert verify(token, public_keys(), older).state is State.VALID
        assert verify(token, public_keys(), newer).state is State.REVOKED
        both = {"lists": older["lists"] + newer["lists"]}
        assert verify(token, public_keys(), both).state is State.REVOKED


def test_others_in_the_same_list_stay_valid(grant):
    rows = [grant(holder=f"工人{number}") for number in range(20)]
    with acting_as_job("测试"):
        for row in rows[::7]:
            revoke(row, "mistaken", clock.today())
    states = [verify(token_of(row, "某"), public_keys(), status_document()).state for row in rows]
    assert [state is State.REVOKED for state in states] == [number % 7 == 0 for number in range(20)]


def test_an_expired_status_list_is_told(signed):
    status = status_document()
    with clock.at(clock.now() + timedelta(days=31)):
        verdict = verify(signed[1], public_keys(), status)
    assert verdict.state is State.STALE and "2026-12-20" in verdict.note


def test_a_list_older_than_the_certificate_is_told(grant):
    grant()
    status = status_document()
    later = grant()
    assert verify(token_of(later, "某"), public_keys(), status).state is State.STALE
    assert verify(token_of(later, "某"), public_keys(), {"lists": []}).state is State.STALE


def test_a_forged_status_list_is_seen(signed):
    token = signed[1]
    head, body, signature = status_document()["lists"][0].split(".")
    assert verify(token, public_keys(), {"lists": [f"{head}.{body}.{signature[::-1]}"]}).state is State.FORGED


def test_a_list_that_would_fill_the_memory_is_refused(signed):
    import base64
    import zlib

    from jiangtai.credentials.signing import signing_key

    stream = zlib.compressobj(9)
    packed = b"".join(stream.compress(bytes(2**20)) for _ in range(80)) + stream.flush()
    bomb = {"sub": "TH2026", "iat": 1, "exp": 2**31, "count": 8, "status_list": {"bits": 1}}
    bomb["status_list"]["lst"] = base64.urlsafe_b64encode(packed).decode().rstrip("=")
    forged = tokens.sign(bomb, signing_key(), typ=tokens.STATUS_TYPE)
    assert "大得异常" in verify(signed[1], public_keys(), {"lists": [forged]}).note


def test_one_that_ran_out_is_told(grant):
    row = grant(valid_until=clock.today())
    token = token_of(row, "某")
    assert verify(token, public_keys(), status_document()).state is State.VALID
    with clock.at(clock.now() + timedelta(days=1)):
        assert verify(token, public_keys(), status_document()).state is State.EXPIRED
        assert check(row.number).state is State.EXPIRED


def test_old_signatures_stay_good_after_a_rotation(signed, monkeypatch, tmp_path):
    monkeypatch.setenv("JIANGTAI_KEYS", str(tmp_path / "keys"))
    crypto.Keyring.create(tmp_path / "keys")
    row, before = signed[0], token_of(signed[0], "王䶮")
    old = public_keys()
    rotate_signing_key()
    after = token_of(row, "王䶮")
    assert before != after
    assert {verify(token, public_keys()).state for token in (before, after)} == {State.VALID}
    assert verify(after, old).state is State.FORGED
    assert not any("d" in key for key in public_keys()["keys"])
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in (tmp_path / "keys").glob("*.json"))


def test_the_pdf_itself_can_be_verified(signed):
    row, token = signed
    content = certificate_pdf(row, site="https://jt.example")
    assert tokens.token_in(content) == token
    assert verify(content, public_keys(), status_document()).state is State.VALID


def test_check_by_signature_tells_what_was_signed(signed):
    row, token = signed
    found = check(f"https://jt.example/v/{row.number}#{token}")
    assert found.state is State.VALID and found.is_signature_checked and found.signed["h"] == "王䶮"
    with acting_as_job("测试"):
        vault.erase(row.subject, "本人申请")
    gone = check(token)
    assert gone.is_erased and not gone.holder and not gone.signed


def test_a_number_never_given_is_unknown(grant):
    grant()
    assert check(numbers.make("TH2026", 77)).state is State.UNKNOWN


def test_the_command_needs_neither_database_nor_django(signed, tmp_path, capsys):
    row, token = signed
    offline.export_command(tmp_path)
    (tmp_path / "qr.txt").write_text(f"https://jt.example/v/{row.number}#{token}", encoding="utf-8")
    keys, status = tmp_path / offline.KEYS_FILE, tmp_path / offline.STATUS_FILE
    code = (
        "import sys, pathlib\n"
        "from jiangtai.credentials import verify_command\n"
        "ended = verify_command(sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]))\n"
        "assert 'django' not in sys.modules, 'django was loaded'\n"
        "sys.exit(ended)"
    )
    call = [sys.executable, "-c", code, str(tmp_path / "qr.txt"), str(keys), str(status)]
    done = subprocess.run(
        call, capture_output=True, text=True, cwd=ROOT, env={"JIANGTAI_HOME": str(tmp_path)}, check=False
    )
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "真实有效"), done
    assert offline.verify_command(altered(token, h="李四"), keys, status) == 1
    assert capsys.readouterr().out.splitlines()[-2] == "签名不符"
    (tmp_path / "bad.json").write_text("{", encoding="utf-8")
    assert offline.verify_command(token, tmp_path / "bad.json") == 1
    assert offline.verify_command(token, tmp_path / "none.json") == 1
    assert offline.verify_command(token, status) == 1
