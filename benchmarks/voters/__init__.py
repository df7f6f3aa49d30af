"""Voters as they come in Thuringia, and those who only seem to: all drawn from a seed."""
