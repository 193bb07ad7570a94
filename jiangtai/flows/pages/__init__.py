"""The pages of flows: inbox, case, rounds, notices; none of them knows a particular flow."""
