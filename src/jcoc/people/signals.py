"""What people's services tell the rooms above them."""

from django.dispatch import Signal

#: An account was closed or got a password from somebody else: `user`, and `why` (``closed``, ``password``). Sent inside
#: of the transaction; whatever lets the account in without a new log-in has to end.
shut_out = Signal()
