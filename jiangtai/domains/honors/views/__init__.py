"""The pages of honours: the catalogue, who holds what, awards, plaques, rights, registers, the hall, one's own."""
