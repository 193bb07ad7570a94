"""The pages of figures, by what they show: figures with their rows, drafts, targets, what others claim."""
