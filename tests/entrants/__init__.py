"""Tests of the mails that tell the senders of photos what became of them."""
