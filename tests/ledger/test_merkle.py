"""The Merkle tree against the recursive definitions of RFC 9162, section 2.1, written here as the RFC writes them."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.ledger.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    tree_root,
    verify_consistency,
    verify_inclusion,
)

SIZES = range(71)


def mth(entries: list[bytes]) -> bytes:
    """Section 2.1.1."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    k = split(len(entries))
    return sha256(b"\x01" + mth(entries[:k]) + mth(entries[k:])).digest()


def path(m: int, entries: list[bytes]) -> list[bytes]:
    """Section 2.1.3.1."""
    if len(entries) == 1:
        return []
    k = split(len(entries))
    if m < k:
        return [*path(m, entries[:k]), mth(entries[k:])]
    return [*path(m - k, entries[k:]), mth(entries[:k])]


def subproof(m: int, entries: list[bytes], *, b: bool) -> list[bytes]:
    """Section 2.1.4.1."""
    if m == len(entries):
        return [] if b else [mth(entries)]
    k = split(len(entries))
    if m <= k:
        return [*subproof(m, entries[:k], b=b), mth(entries[k:])]
    return [*subproof(m - k, entries[k:], b=False), mth(entries[:k])]


def split(n: int) -> int:
    """The largest power of two smaller than n."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def tree(size: int) -> list[bytes]:
    return [b"leaf %d" % number for number in range(size)]


def hashed(entries: list[bytes]) -> list[bytes]:
    return [leaf_hash(entry) for entry in entries]


def flipped(value: bytes) -> Iterator[bytes]:
    """Every value that differs in one bit."""
    for bit in range(len(value) * 8):
        changed = bytearray(value)
        changed[bit // 8] ^= 1 << bit % 8
        yield bytes(changed)


def test_the_root_of_no_leaves_is_the_hash_of_nothing() -> None:
    assert tree_root([]) == EMPTY_ROOT
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_a_leaf_and_a_node_of_the_same_bytes_have_different_hashes() -> None:
    left, right = hashed(tree(2))
    assert leaf_hash(left + right) != tree_root([left, right])


@pytest.mark.parametrize("size", SIZES)
def test_roots_and_all_proofs_are_those_of_the_definitions(size: int) -> None:
    entries = tree(size)
    leaves = hashed(entries)
    assert tree_root(leaves) == mth(entries)
    for index in range(size):
        proof = inclusion_proof(index, leaves)
        assert proof == path(index, entries)
        assert verify_inclusion(leaves[index], index, size, proof, mth(entries))
    for first in range(1, size):
        proof = consistency_proof(first, leaves)
        assert proof == subproof(first, entries, b=True)
        assert verify_consistency(first, size, proof, mth(entries[:first]), mth(entries))


@pytest.mark.parametrize("size", SIZES)
def test_a_frontier_goes_on_from_what_was_kept(size: int) -> None:
    entries = tree(size)
    for first in range(size + 1):
        begun = Frontier()
        begun.extend(hashed(entries[:first]))
        assert begun.root() == mth(entries[:first])
        later = Frontier(begun.size, begun.hashes)
        later.extend(hashed(entries[first:]))
        assert (later.size, later.root()) == (size, mth(entries))
        assert begun.size == first


@pytest.mark.parametrize(
    ("size", "hashes"),
    [(-1, []), (0, [bytes(32)]), (1, []), (2, [bytes(32), bytes(32)]), (3, [bytes(32)]), (4, [bytes(31)])],
)
def test_a_frontier_that_cannot_be_is_refused(size: int, hashes: list[bytes]) -> None:
    with pytest.raises(ValueError, match="does not have such a frontier"):
        Frontier(size, hashes)


@pytest.mark.parametrize("index", [-1, 3, 4])
def test_there_is_no_proof_of_a_leaf_that_is_not_there(index: int) -> None:
    with pytest.raises(ValueError, match="has no leaf"):
        inclusion_proof(index, hashed(tree(3)))


@pytest.mark.parametrize("first", [-1, 4])
def test_there_is_no_proof_of_a_tree_that_never_was(first: int) -> None:
    with pytest.raises(ValueError, match="never had"):
        consistency_proof(first, hashed(tree(3)))


def test_another_index_and_a_longer_or_shorter_proof_are_refused() -> None:
    for size in range(1, 33):
        leaves = hashed(tree(size))
        for index in range(size):
            proof, root = inclusion_proof(index, leaves), tree_root(leaves)
            others = [other for other in range(-1, size + 1) if other != index]
            assert not any(verify_inclusion(leaves[index], other, size, proof, root) for other in others)
            assert not verify_inclusion(leaves[index], index, size, [*proof, bytes(32)], root)
            assert not proof or not verify_inclusion(leaves[index], index, size, proof[:-1], root)


def test_consistency_of_other_sizes_is_refused() -> None:
    for first, second in itertools.combinations(range(1, 33), 2):
        leaves = hashed(tree(second))
        proof, roots = consistency_proof(first, leaves), (tree_root(leaves[:first]), tree_root(leaves))
        assert not verify_consistency(second, first, proof, *roots)
        assert not verify_consistency(second, first, proof, *reversed(roots))
        assert not verify_consistency(first, second, [*proof, bytes(32)], *roots)
        assert not verify_consistency(first, second, proof[:-1], *roots)
        assert not verify_consistency(first, second, [], *roots)
        assert not verify_consistency(0, second, proof, *roots)
        assert not verify_consistency(second, second, proof, *roots)


@pytest.mark.parametrize(("first", "second", "claimed"), [(1, 2, 3), (1, 2, 4), (2, 4, 5), (3, 4, 8), (6, 8, 9)])
def test_a_proof_that_ends_below_the_root_is_refused(first: int, second: int, claimed: int) -> None:
    leaves = hashed(tree(second))
    proof, roots = consistency_proof(first, leaves), (tree_root(leaves[:first]), tree_root(leaves))
    assert verify_consistency(first, second, proof, *roots)
    assert not verify_consistency(first, claimed, proof, *roots)


def test_equal_trees_and_the_empty_tree_need_no_proof() -> None:
    root = tree_root(hashed(tree(5)))
    assert consistency_proof(5, hashed(tree(5))) == consistency_proof(0, hashed(tree(5))) == []
    assert verify_consistency(5, 5, [], root, root)
    assert not verify_consistency(5, 5, [], root, EMPTY_ROOT)
    assert not verify_consistency(5, 5, [root], root, root)
    assert verify_consistency(0, 5, [], EMPTY_ROOT, root)
    assert not verify_consistency(0, 5, [], root, root)
    assert verify_consistency(0, 0, [], EMPTY_ROOT, EMPTY_ROOT)
    assert not verify_consistency(0, 0, [], EMPTY_ROOT, root)
    assert not verify_consistency(-1, 0, [], EMPTY_ROOT, EMPTY_ROOT)


@settings(max_examples=2_000, deadline=None)
@given(st.lists(st.binary(max_size=40), min_size=1, max_size=200), st.data())
def test_random_trees_prove_what_is_in_them(entries: list[bytes], data: st.DataObject) -> None:
    leaves, size = hashed(entries), len(entries)
    root = mth(entries)
    index = data.draw(st.integers(0, size - 1))
    first = data.draw(st.integers(1, size))
    assert verify_inclusion(leaves[index], index, size, path(index, entries), root)
    assert verify_consistency(first, size, consistency_proof(first, leaves), mth(entries[:first]), root)


def test_every_flipped_bit_of_ten_thousand_trees_is_found() -> None:
    """One bit a tree, of all places in turn: a leaf, the proofs, the roots."""
    rng = random.Random(9162)
    for _ in range(10_000):
        size = rng.randint(2, 40)
        leaves = [rng.randbytes(32) for _ in range(size)]
        index, first, root = rng.randrange(size), rng.randrange(1, size), tree_root(leaves)
        included = [leaves[index], root, *inclusion_proof(index, leaves)]
        turn(included, rng)
        assert not verify_inclusion(included[0], index, size, included[2:], included[1])
        consistent = [tree_root(leaves[:first]), root, *consistency_proof(first, leaves)]
        turn(consistent, rng)
        assert not verify_consistency(first, size, consistent[2:], consistent[0], consistent[1])
        place = rng.randrange(size)
        changed = [*leaves[:place], rng.choice(list(flipped(leaves[place]))), *leaves[place + 1 :]]
        assert tree_root(changed) != root


def turn(hashes: list[bytes], rng: random.Random) -> None:
    place, bit = rng.randrange(len(hashes)), rng.randrange(256)
    changed = bytearray(hashes[place])
    changed[bit // 8] ^= 1 << bit % 8
    hashes[place] = bytes(changed)


@pytest.mark.parametrize(("index", "first", "size"), [(0, 1, 2), (5, 3, 7), (6, 4, 7), (7, 6, 13)])
def test_every_single_bit_of_a_tree_and_its_proofs_is_found(index: int, first: int, size: int) -> None:
    entries = tree(size)
    leaves, root = hashed(entries), mth(entries)
    included, consistent = path(index, entries) if index < size else [], consistency_proof(first, leaves)
    old = mth(entries[:first])
    for place, entry in enumerate(entries):
        for changed in flipped(entry):
            assert tree_root(hashed([*entries[:place], changed, *entries[place + 1 :]])) != root
    for changed in flipped(root):
        assert not verify_inclusion(leaves[index], index, size, included, changed)
        assert not verify_consistency(first, size, consistent, old, changed)
    for changed in flipped(old):
        assert not verify_consistency(first, size, consistent, changed, root)
    for place in range(len(included)):
        for changed in flipped(included[place]):
            proof = [*included[:place], changed, *included[place + 1 :]]
            assert not verify_inclusion(leaves[index], index, size, proof, root)
    for place in range(len(consistent)):
        for changed in flipped(consistent[place]):
            proof = [*consistent[:place], changed, *consistent[place + 1 :]]
            assert not verify_consistency(first, size, proof, old, root)
