"""The rules of the reform, values in and answers out, one module for each noun; no Django."""
