from jcoc.indicators.said import in_own_words, say, told


def test_a_kept_sentence_is_told_and_words_of_a_person_stay() -> None:
    assert told(say("settled")) != say("settled")
    assert told("Salah ketik pada bulan Mei") == "Salah ketik pada bulan Mei"


def test_words_of_a_person_are_never_taken_for_a_kept_sentence() -> None:
    forged = say("settled")
    assert told(in_own_words(forged)).strip() == forged
    assert told('{"say":"late","found":"a","kept":"b"}') == '{"say":"late","found":"a","kept":"b"}'
