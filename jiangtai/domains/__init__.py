"""The product, one folder a domain; each is one line in `config/settings.py`."""
