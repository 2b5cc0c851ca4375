"""Messages to people: by e-mail, through an SMS or WhatsApp gateway, as a printed letter."""
