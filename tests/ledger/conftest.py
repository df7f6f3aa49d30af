"""The ledger's tests begin where those of the ballots do."""

from tests.voting.conftest import clock, numbers

__all__ = ["clock", "numbers"]
