"""The tree agrees with the reference vectors of certificate transparency, and proofs prove what is so."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiangtai.kernel import merkle
from jiangtai.kernel.merkle import Peaks, leaf_hash

# The eight inputs and roots of the reference implementation's own tests.
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_hash(bytes.fromhex(text)) for text in INPUTS]

logs = st.lists(st.binary(max_size=4), min_size=1, max_size=70).map(lambda rows: [leaf_hash(r) for r in rows])


def test_no_leaves_hash_to_the_hash_of_nothing():
    assert merkle.root([]) == Peaks().root() == hashlib.sha256(b"").digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_reference_roots(size):
    assert merkle.root(LEAVES[:size]).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(
    ("size", "index", "proof"),
    [
        (1, 0, []),
        (
            8,
            0,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (3, 2, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
        (
            5,
            1,
            [
                "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
    ],
)
def test_reference_inclusion_proofs(size, index, proof):
    assert [step.hex() for step in merkle.inclusion_proof(LEAVES[:size], index)] == proof


@pytest.mark.parametrize(
    ("first", "second", "proof"),
    [
        (1, 1, []),
        (
            1,
            8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            6,
            8,
            [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (
            2,
            5,
            [
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
    ],
)
def test_reference_consistency_proofs(first, second, proof):
    assert [step.hex() for step in merkle.consistency_proof(LEAVES[:second], first)] == proof


@given(logs, st.data())
def test_peaks_can_stop_and_go_on_anywhere(leaves, data):
    cut = data.draw(st.integers(0, len(leaves)))
    resumed = Peaks.from_bytes(Peaks().extend(leaves[:cut]).to_bytes())
    for leaf in leaves[cut:]:
        resumed = resumed.append(leaf)
    assert resumed == Peaks().extend(leaves)
    assert len(resumed.hashes) == len(leaves).bit_count()


def _definition(leaves: list[bytes]) -> bytes:
    """The recursive definition in RFC 6962 section 2.1, written as it is printed."""
    if len(leaves) == 1:
        return leaves[0]
    half = max(2**power for power in range(10) if 2**power < len(leaves))
    return hashlib.sha256(b"\x01" + _definition(leaves[:half]) + _definition(leaves[half:])).digest()


@given(logs)
def test_the_root_is_that_of_the_definition(leaves):
    assert merkle.root(leaves) == _definition(leaves)


@given(logs, st.data())
def test_every_leaf_is_proved_and_no_other_leaf_place_or_size(leaves, data):
    index, size, top = data.draw(st.integers(0, len(leaves) - 1)), len(leaves), merkle.root(leaves)
    proof = merkle.inclusion_proof(leaves, index)
    assert merkle.verify_inclusion(leaves[index], index, size, proof, top)
    assert not merkle.verify_inclusion(leaf_hash(b"forged"), index, size, proof, top)
    assert not merkle.verify_inclusion(leaves[index], index, size, [*proof, top], top)
    assert not merkle.verify_inclusion(leaves[index], size, size, proof, top)
    if proof:
        assert not merkle.verify_inclusion(leaves[index], index, size, proof[:-1], top)
        assert not merkle.verify_inclusion(leaves[index], index ^ 1, size, proof, top) or len(set(leaves)) < size


@given(logs, st.data())
def test_an_extended_log_is_consistent_and_a_rewritten_one_is_not(leaves, data):
    first, size, top = data.draw(st.integers(0, len(leaves))), len(leaves), merkle.root(leaves)
    proof, old = merkle.consistency_proof(leaves, first), merkle.root(leaves[:first])
    assert merkle.verify_consistency(first, size, old, top, proof)
    assert not merkle.verify_consistency(first, size, old, top, [*proof, top])
    if first:
        rewritten = [leaf_hash(b"rewritten"), *leaves[1:]]
        forged = merkle.consistency_proof(rewritten, first)
        assert not merkle.verify_consistency(first, size, old, merkle.root(rewritten), forged)
        assert not merkle.verify_consistency(first, size, leaf_hash(b"other"), top, proof)
    if 0 < first < size:
        assert not merkle.verify_consistency(first, size, old, top, [])
        assert not merkle.verify_consistency(size, first, top, old, proof)


@given(st.binary(max_size=200))
def test_damaged_peaks_are_refused_or_read_as_they_stand(data):
    try:
        assert Peaks.from_bytes(data).to_bytes() == data
    except ValueError as fault:
        assert "封印数据长度不对" in str(fault)


@pytest.mark.parametrize(
    "ask", [lambda: merkle.inclusion_proof(LEAVES, 8), lambda: merkle.consistency_proof(LEAVES, 9)]
)
def test_what_is_not_in_the_log_has_no_proof(ask):
    with pytest.raises(ValueError, match="8 条"):
        ask()
