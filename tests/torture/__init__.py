"""Kills at random, for `make torture`; `make test` has one at each point."""
