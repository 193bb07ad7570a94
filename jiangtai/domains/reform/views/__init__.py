"""The pages of the reform: its plans, the tasks that come of them, and how they are followed up."""
