"""The house's front door: settings, urls, wsgi and the command line; the only code that knows every domain."""
