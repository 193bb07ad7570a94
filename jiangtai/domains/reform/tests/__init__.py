"""Tests of the reform."""
