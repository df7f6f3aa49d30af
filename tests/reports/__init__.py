"""Tests of reports of pictures."""
