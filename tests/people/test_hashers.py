from argon2 import extract_parameters
from argon2.low_level import Type
from django.contrib.auth.hashers import check_password, make_password


def test_passwords_are_kept_as_argon2id_with_the_parameters_of_owasp() -> None:
    kept = make_password("kata sandi yang panjang")
    parameters = extract_parameters(kept.removeprefix("argon2"))
    assert parameters.type is Type.ID
    assert (parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (19456, 2, 1)
    assert check_password("kata sandi yang panjang", kept)
    assert not check_password("kata sandi yang lain", kept)
