"""What is filled in: at the steps of a selection, and on the pages beside them."""

from .steps import NamingForm, NominationForm, RoundTermsForm

__all__ = ["NamingForm", "NominationForm", "RoundTermsForm"]
