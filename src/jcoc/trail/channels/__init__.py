"""Messages to people: e-mail, an SMS/WhatsApp gateway, printed letters; what was or would be sent."""
