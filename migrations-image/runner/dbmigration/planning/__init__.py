"""What is asked, what the project has, and the steps from where the database is to where it should be."""
