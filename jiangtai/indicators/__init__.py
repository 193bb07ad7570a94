"""Indicators: how a figure is counted, and whether what is written agrees with it."""
