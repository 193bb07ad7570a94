"""The pages of administration, by what they are about."""
