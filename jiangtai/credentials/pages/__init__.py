"""Pages about credentials: the square checks them, an office looks after them, a worker holds them."""
