"""Where observations live: one contract, one module per engine."""
