"""The pages of figures, by what they show: figures with their rows, a draft with its figures."""
