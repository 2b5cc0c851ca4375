"""Residents: who they are, sealed; what a NIK says."""
