"""The duties of law 27/2022: purposes, consent, requests, breaches, retention."""
