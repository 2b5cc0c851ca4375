from django.contrib.auth.hashers import Argon2PasswordHasher


class TunedArgon2Hasher(Argon2PasswordHasher):
    """Argon2id with the parameters of OWASP's cheat sheet (19 MiB, two passes): a log-in stays under 40 ms.

    Django's default (100 MiB, eight lanes) takes several times that, and hundreds log in at once.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
