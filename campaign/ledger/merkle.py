"""Merkle trees as certificate transparency has them: RFC 9162, section 2.1, over SHA-256. Pure.

A tree is a sequence of leaf hashes; proofs are lists of 32-byte hashes, from the leaves upwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

HASH_LENGTH = 32
EMPTY_ROOT = sha256(b"").digest()


class Frontier:
    """The right edge of a growing tree: the roots of its complete subtrees, from the largest to the smallest.

    A leaf costs one hash of its own and one more on average; the memory is one hash per bit of the size.
    """

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        """Take up a tree of `size` leaves where `hashes` left it.

        Raises:
            ValueError: these cannot be the hashes of a tree of this size.
        """
        self._hashes = list(hashes)
        self._size = size
        if size < 0 or len(self._hashes) != size.bit_count() or any(len(one) != HASH_LENGTH for one in self._hashes):
            raise ValueError(f"a tree of {size} leaves does not have such a frontier")

    @property
    def size(self) -> int:
        """How many leaves the tree has."""
        return self._size

    @property
    def hashes(self) -> list[bytes]:
        """What to keep together with the size, to go on from here later."""
        return list(self._hashes)

    def append(self, leaf: bytes) -> None:
        """Add the hash of one leaf at the right."""
        odd = self._size
        while odd & 1:
            leaf = node_hash(self._hashes.pop(), leaf)
            odd >>= 1
        self._hashes.append(leaf)
        self._size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add the hashes of leaves at the right, in their order."""
        for leaf in leaves:
            self.append(leaf)

    def root(self) -> bytes:
        """Return the root of the tree as it is now."""
        if not self._hashes:
            return EMPTY_ROOT
        *larger, root = self._hashes
        for left in reversed(larger):
            root = node_hash(left, root)
        return root


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of a leaf: SHA-256(0x00 || leaf), section 2.1.1."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node: SHA-256(0x01 || left || right), section 2.1.1."""
    return sha256(b"\x01" + left + right).digest()


def tree_root(leaves: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes, MTH of section 2.1.1; that of no leaves is SHA-256 of nothing."""
    frontier = Frontier()
    frontier.extend(leaves)
    return frontier.root()


def inclusion_proof(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return PATH(index, leaves) of section 2.1.3.1: what shows that the leaf is in the tree of these leaves.

    Raises:
        ValueError: there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise ValueError(f"a tree of {len(leaves)} leaves has no leaf {index}")
    proof = []
    start, end = 0, len(leaves)
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(tree_root(leaves[middle:end]))
            end = middle
        else:
            proof.append(tree_root(leaves[start:middle]))
            start = middle
    return proof[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Return whether the proof shows that the leaf hash stands at `index` of `size` below the root; section 2.1.3.2."""
    if not 0 <= index < size:
        return False
    node, last = index, size - 1
    found = leaf
    for step in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = node_hash(step, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, step)
        node, last = node >> 1, last >> 1
    return last == 0 and found == root


def consistency_proof(first: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return PROOF(first, leaves) of section 2.1.4.1: what shows that the tree of the first leaves only grew.

    Nothing is needed for the whole tree and for the empty one.

    Raises:
        ValueError: there are fewer leaves.
    """
    if not 0 <= first <= len(leaves):
        raise ValueError(f"a tree of {len(leaves)} leaves never had {first}")
    if first in (0, len(leaves)):
        return []
    proof = []
    start, end, is_whole = 0, len(leaves), True
    while first != end:
        middle = start + _split(end - start)
        if first <= middle:
            proof.append(tree_root(leaves[middle:end]))
            end = middle
        else:
            proof.append(tree_root(leaves[start:middle]))
            start, is_whole = middle, False
    if not is_whole:
        proof.append(tree_root(leaves[start:end]))
    return proof[::-1]


def verify_consistency(first: int, second: int, proof: Sequence[bytes], first_root: bytes, second_root: bytes) -> bool:
    """Return whether the proof shows that a tree of `first` leaves became one of `second`; section 2.1.4.2.

    Equal trees and the empty tree, which the RFC leaves out, need an empty proof and the right roots.
    """
    if not 0 <= first <= second:
        return False
    if first == 0:
        return not proof and first_root == EMPTY_ROOT and (second > 0 or second_root == EMPTY_ROOT)
    if first == second:
        return not proof and first_root == second_root
    steps = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    node, last = first - 1, second - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    if not steps:
        return False
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, step)
        node, last = node >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def _split(size: int) -> int:
    """Return the largest power of two below the size."""
    return 1 << ((size - 1).bit_length() - 1)
