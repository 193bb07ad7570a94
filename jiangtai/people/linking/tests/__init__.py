"""What linking promises."""
