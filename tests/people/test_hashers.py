from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type, hash_secret
from django.contrib.auth.hashers import check_password, identify_hasher, make_password

LONG = "kata sandi yang panjang"


def test_passwords_are_kept_as_argon2id_with_the_parameters_of_owasp() -> None:
    kept = make_password(LONG)
    parameters = extract_parameters(kept.removeprefix("argon2"))
    assert parameters.type is Type.ID
    assert (parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (12288, 3, 1)
    assert check_password(LONG, kept)
    assert not check_password("kata sandi yang lain", kept)
    assert not identify_hasher(kept).must_update(kept)


def test_what_is_kept_is_what_the_reference_implementation_writes_and_reads() -> None:
    salt = "0123456789abcdef"
    by_reference = hash_secret(LONG.encode(), salt.encode(), 3, 12288, 1, 32, Type.ID).decode()
    assert identify_hasher(make_password(LONG)).encode(LONG, salt) == "argon2" + by_reference
    assert PasswordHasher().verify(make_password(LONG).removeprefix("argon2"), LONG)


def test_a_password_kept_with_other_parameters_is_read_and_renewed() -> None:
    kept = "argon2" + PasswordHasher(2, 19456, 1).hash(LONG)
    renewed: list[str] = []
    assert check_password(LONG, kept, renewed.append)
    assert renewed == [LONG]
    assert not check_password("kata sandi yang lain", kept)
