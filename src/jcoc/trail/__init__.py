"""What every ring above writes or runs through: data folder, local socket, compute workers."""
