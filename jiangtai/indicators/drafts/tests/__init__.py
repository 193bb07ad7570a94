"""Tests of the figure checker."""
