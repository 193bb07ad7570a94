"""The forms of the reform, one module for each noun."""
