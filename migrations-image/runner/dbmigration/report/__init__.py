"""What is told: the outcome, how it is found, and the lines on the way there."""
