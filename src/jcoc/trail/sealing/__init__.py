"""Sealed columns: a key per person, wrapped by a master key that lies apart; destroyed, what it sealed is gone."""
