"""How somebody proves who it is: password, second factor, the city's identity provider, one-time links and codes."""
