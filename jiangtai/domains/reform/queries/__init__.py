"""What pages and procedures of the reform ask of the database: one module for each noun, called by its name."""
