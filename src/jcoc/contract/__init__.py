"""What a programme may declare, and how the centre finds, checks and grades the programmes there are."""
