"""What jcoc itself holds of a person, below the programmes: a module for each place where it lies."""
