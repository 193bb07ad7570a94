"""Jiangtai 匠台: the working platform of the industrial-workforce reform."""
