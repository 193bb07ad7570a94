"""Ciphers agree with the published vectors, and nothing opens with the wrong key, place or byte."""

import json
import os
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from hypothesis import given
from hypothesis import strategies as st

from jiangtai.kernel import crypto
from jiangtai.kernel.crypto import CryptoError, Key, Keyring, Suite

both_suites = pytest.mark.parametrize("suite", Suite)
KEYS = {suite: {purpose: Key.generate(purpose, suite) for purpose in crypto.PURPOSES} for suite in Suite}
ANOTHER = Key.generate("wrap")


@pytest.fixture
def ring(tmp_path: Path) -> Keyring:
    return Keyring.create(tmp_path / "keys")


def test_sm4_gcm_is_that_of_rfc_8998():
    sealed = Suite.SM.seal(
        bytes.fromhex("0123456789ABCDEFFEDCBA9876543210"),
        bytes.fromhex("00001234567800000000ABCD"),
        bytes.fromhex("AA" * 8 + "BB" * 8 + "CC" * 8 + "DD" * 8 + "EE" * 8 + "FF" * 8 + "EE" * 8 + "AA" * 8),
        bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2"),
    )
    assert sealed.hex() == (
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec"
    )


def test_aes_256_gcm_is_that_of_the_gcm_specification():
    sealed = Suite.AES.seal(bytes(32), bytes(12), bytes(16), b"")
    assert sealed.hex() == "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"


def test_sm3_is_that_of_the_standard():
    digest = hashes.Hash(Suite.SM.digest())
    digest.update(b"abc")
    assert digest.finalize().hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def code_of(primed, message):
    primed.update(message)
    return primed.finalize().hex()


def test_hmac_sm3_is_that_of_the_standard():
    message = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq" * 2
    expected = "ca05e144ed05d1857840d1f318a4a8669e559fc8391f414485bfdf7bb408963a"
    assert code_of(Suite.SM.mac(bytes(range(1, 33))), message) == expected


def test_hmac_sha_256_is_that_of_rfc_4231():
    expected = "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    assert code_of(Suite.AES.mac(b"\x0b" * 20), b"Hi There") == expected


def test_hkdf_gives_every_use_its_own_key():
    assert Suite.SM.derive(bytes(32), b"encrypt", 32) != Suite.SM.derive(bytes(32), b"blind", 32)


@both_suites
@given(plaintext=st.binary(max_size=200), context=st.binary(max_size=40))
def test_what_was_encrypted_opens_again_and_is_never_the_same_twice(suite, plaintext, context):
    key = KEYS[suite]["wrap"]
    sealed = crypto.encrypt(key, plaintext, context)
    assert crypto.decrypt(Keyring((ANOTHER, key)), sealed, context) == plaintext
    assert crypto.decrypt(key, sealed, context=context) == plaintext
    assert sealed != crypto.encrypt(key, plaintext, context)


@both_suites
@given(plaintext=st.binary(max_size=40), data=st.data())
def test_any_changed_bit_is_noticed(suite, plaintext, data):
    sealed = bytearray(crypto.encrypt(KEYS[suite]["subject"], plaintext, b"phone"))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(CryptoError):
        crypto.decrypt(KEYS[suite]["subject"], bytes(sealed), b"phone")


@given(st.binary(max_size=120))
def test_hostile_bytes_are_refused_in_words(data):
    with pytest.raises(CryptoError, match="密文"):
        crypto.decrypt(ANOTHER, data, b"")


@given(st.binary(max_size=20), st.binary(min_size=1, max_size=20))
def test_a_ciphertext_moved_elsewhere_does_not_open(context, more):
    sealed = crypto.encrypt(ANOTHER, b"13800138000", context)
    with pytest.raises(CryptoError, match="移到了别的位置"):
        crypto.decrypt(ANOTHER, sealed, context + more)


def test_a_missing_key_is_named():
    lost = Key.generate("wrap")
    with pytest.raises(CryptoError, match=f"密钥 {lost.id} 不在本机"):
        crypto.decrypt(ANOTHER, crypto.encrypt(lost, b"", b""), b"")


def test_a_key_of_the_same_name_and_another_suite_does_not_open():
    sealed = crypto.encrypt(Key.for_subject("s1", bytes(32)), b"", b"")
    with pytest.raises(CryptoError, match="算法"):
        crypto.decrypt(Key.for_subject("s1", bytes(32), Suite.AES), sealed, b"")


def test_a_ciphertext_of_a_later_version_is_refused():
    sealed = crypto.encrypt(ANOTHER, b"", b"")
    with pytest.raises(CryptoError, match="密文版本是 2"):
        crypto.decrypt(ANOTHER, b"\x02" + sealed[1:], b"")


@both_suites
@given(one=st.text(max_size=20), other=st.text(max_size=20))
def test_equal_values_and_only_they_share_a_blind_index(suite, one, other):
    key = KEYS[suite]["blind"]
    assert (crypto.blind_index(key, one, b"phone") == crypto.blind_index(key, other, b"phone")) == (one == other)
    assert crypto.blind_index(key, one, b"phone") != crypto.blind_index(key, one, b"identity")
    assert crypto.blind_index(key, one, b"", 16) == crypto.blind_index(key, one, b"")[:16]


def test_context_and_value_do_not_run_into_each_other():
    key = KEYS[Suite.SM]["blind"]
    assert crypto.blind_index(key, "b", b"a") != crypto.blind_index(key, "", b"ab")


@pytest.mark.parametrize("length", [0, 15, 33])
def test_a_blind_index_is_neither_too_short_nor_too_long(length):
    with pytest.raises(CryptoError, match=f"这里是 {length}"):
        crypto.blind_index(KEYS[Suite.SM]["blind"], "", b"", length)


def test_a_key_serves_its_own_purpose_only():
    keys = KEYS[Suite.SM]
    for purpose in ("blind", "sign"):
        with pytest.raises(CryptoError, match="这里要用封装或个人密钥"):
            crypto.encrypt(keys[purpose], b"", b"")
    with pytest.raises(CryptoError, match="是封装密钥，这里要用检索密钥"):
        crypto.blind_index(keys["wrap"], "", b"")


def test_a_key_does_not_show_its_secret():
    assert ANOTHER.secret.hex() not in repr(ANOTHER)
    assert str(ANOTHER.secret) not in repr(Keyring((ANOTHER,)))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"purpose": "spare"}, "用途“spare”不认识"),
        ({"secret": b"short"}, "应为 32 字节，这里是 5 字节"),
        ({"id": ""}, "编号“”不合规"),
        ({"id": "钥"}, "编号“钥”不合规"),
        ({"id": "k" * 256}, "不合规"),
    ],
)
def test_a_key_that_cannot_serve_is_refused(change, words):
    with pytest.raises(CryptoError) as fault:
        Key(**{"id": "k", "purpose": "wrap", "secret": bytes(32), **change})
    assert words in str(fault.value)


def test_a_new_keyring_has_one_key_for_each_purpose_and_only_its_owner_can_read_it(ring):
    assert {key.purpose for key in ring.keys} == set(crypto.INSTALLED)
    assert stat.S_IMODE(ring.path.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in ring.path.iterdir()} == {0o600}
    assert Keyring.load(ring.path) == ring


def test_a_wide_open_umask_does_not_widen_the_files(tmp_path):
    before = os.umask(0)
    try:
        ring = Keyring.create(tmp_path / "keys")
    finally:
        os.umask(before)
    assert {stat.S_IMODE(file.stat().st_mode) for file in ring.path.iterdir()} == {0o600}


def test_keys_are_never_overwritten(ring):
    with pytest.raises(CryptoError, match="已有密钥"):
        Keyring.create(ring.path)


def test_rotation_writes_with_the_new_key_and_still_reads_the_old(ring):
    sealed = crypto.encrypt(ring.active("wrap"), b"kept", b"")
    rotated = ring.rotate("wrap").rotate("wrap")
    assert rotated.active("wrap").id not in {key.id for key in ring.keys}
    assert crypto.decrypt(rotated, sealed, b"") == b"kept"
    assert [key.active for key in rotated.of("wrap")] == [True, False, False]
    assert rotated.active("blind") == ring.active("blind")


def test_a_crash_between_the_two_writes_of_a_rotation_leaves_the_newer_key_writing(ring, monkeypatch):
    save, calls = crypto._save, []

    def save_once(folder: Path, key: Key) -> None:
        if calls:
            raise OSError("power cut")
        calls.append(key)
        save(folder, key)

    monkeypatch.setattr(crypto, "_save", save_once)
    with pytest.raises(OSError, match="power cut"):
        ring.rotate("wrap")
    assert Keyring.load(ring.path).active("wrap").id == calls[0].id


def test_a_crash_while_writing_leaves_no_half_key(ring, monkeypatch):
    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        ring.rotate("wrap")
    assert Keyring.load(ring.path) == ring
    assert not list(ring.path.glob(".*"))


def test_keys_in_memory_are_not_rotated():
    with pytest.raises(CryptoError, match="不能轮换"):
        Keyring((ANOTHER,)).rotate("wrap")


def test_a_purpose_without_a_key_is_named():
    with pytest.raises(CryptoError, match="没有启用中的检索密钥"):
        Keyring((ANOTHER,)).active("blind")


def test_a_missing_or_empty_folder_is_told(tmp_path):
    with pytest.raises(CryptoError, match="找不到密钥目录 keys"):
        Keyring.load(tmp_path / "keys")
    (tmp_path / "empty").mkdir(mode=0o700)
    with pytest.raises(CryptoError, match="没有密钥文件"):
        Keyring.load(tmp_path / "empty")


def test_keys_that_others_can_read_are_refused(ring):
    file = next(ring.path.iterdir())
    file.chmod(0o640)
    with pytest.raises(CryptoError, match=f"{file.name} 的权限是 640.*应为 600"):
        Keyring.load(ring.path)
    file.chmod(0o600)
    ring.path.chmod(0o755)
    with pytest.raises(CryptoError, match="应为 700"):
        Keyring.load(ring.path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda row: "{", "读不懂"),
        (lambda row: "[]", "读不懂"),
        (lambda row: "\ufffd", "读不懂"),
        (lambda row: json.dumps({**row, "secret": "xy"}), "读不懂"),
        (lambda row: json.dumps({**row, "secret": None}), "读不懂"),
        (lambda row: json.dumps({**row, "created": "yesterday"}), "读不懂"),
        (lambda row: json.dumps({name: row[name] for name in row if name != "purpose"}), "读不懂"),
        (lambda row: json.dumps({**row, "suite": "ROT13"}), "算法“ROT13”不认识"),
        (lambda row: json.dumps({**row, "secret": "00"}), "这里是 1 字节"),
        (lambda row: json.dumps({**row, "id": "other"}), "编号是 other"),
    ],
)
def test_a_damaged_key_file_is_told_by_name(ring, change, words):
    file = ring.path / f"{ring.active('wrap').id}.json"
    file.write_text(change(json.loads(file.read_text())))
    with pytest.raises(CryptoError) as fault:
        Keyring.load(ring.path)
    assert words in str(fault.value)
    assert str(ring.path) not in str(fault.value)
