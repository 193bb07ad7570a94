"""What pages and procedures of the reform ask of the database: each noun has its own module here, called by its name."""
