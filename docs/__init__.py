"""The documents, and what writes those of them that are read off the product itself."""
