"""What a question asks for, read from its words."""

from __future__ import annotations

import pytest

from corpus.errors import InvalidInput
from qa.question import AnswerType, digits, understand


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many personnel was UNMIK authorised to have?", AnswerType.NUMBER),
        ("What budget did the mission have?", AnswerType.NUMBER),
        ("What was the budget of the mission?", AnswerType.NUMBER),
        ("what percentage of the seats is set aside?", AnswerType.NUMBER),
        ("Combien de policiers la mission comptait-elle ?", AnswerType.NUMBER),
        ("Quanti soldati c'erano?", AnswerType.NUMBER),
        ("When was Gate 2 declared?", AnswerType.DATE),
        ("In what year did the mission begin?", AnswerType.DATE),
        ("On what day did the talks end?", AnswerType.DATE),
        ("Quand la mission a-t-elle commencé ?", AnswerType.DATE),
        ("Quando è cominciata la missione?", AnswerType.DATE),
        ("Who is the new head of UNMIK?", AnswerType.PERSON),
        ("By whom was the report written?", AnswerType.PERSON),
        ("Which diplomat led the talks?", AnswerType.PERSON),
        ("Qui dirige la mission ?", AnswerType.PERSON),
        ("Which country sent the police?", AnswerType.COUNTRY),
        ("What was the nationality of the commander?", AnswerType.COUNTRY),
        ("Which three member states abstained?", AnswerType.COUNTRY),
        ("Quel pays a envoyé la police ?", AnswerType.COUNTRY),
        ("How many countries sent police?", AnswerType.NUMBER),
        ("In what year did the country join?", AnswerType.DATE),
        ("What did the repair of the bridge cost?", AnswerType.NUMBER),
        ("What prison term did the leader receive?", AnswerType.NUMBER),
        ("What was the name of the young man shot in June?", AnswerType.PERSON),
        ("What was the name of the doctor who was hurt?", AnswerType.PERSON),
        ("What was the name of the bridge?", AnswerType.OTHER),
        ("What was the name of the student newspaper?", AnswerType.OTHER),
        ("What was the name of the youth centre?", AnswerType.OTHER),
        ("Who got a prison sentence in 2005?", AnswerType.PERSON),
        ("When did his prison term end?", AnswerType.DATE),
        ("Why was the jail sentence cut?", AnswerType.REASON),
        ("Which court upheld the prison sentence?", AnswerType.OTHER),
        ("What did the minister say about the cost of living?", AnswerType.OTHER),
        ("Why were the names of the victims withheld?", AnswerType.REASON),
        ("Why did the talks fail?", AnswerType.REASON),
        ("What caused the delay?", AnswerType.REASON),
        ("Pourquoi les négociations ont-elles échoué ?", AnswerType.REASON),
        ("What did the report say about the north?", AnswerType.OTHER),
        ("Tell me about the whole thing", AnswerType.OTHER),
        ("What was the United Nations police like?", AnswerType.OTHER),
        ("What was the United Nations police strength?", AnswerType.NUMBER),
        ("What was the reaction to the price?", AnswerType.OTHER),
        ("What did the total cover?", AnswerType.OTHER),
        ("Which United Nations resolution set up the mission?", AnswerType.OTHER),
        ("What help did countries give?", AnswerType.OTHER),
        ("Which other European countries sent police?", AnswerType.COUNTRY),
        ("In which village were the men who were killed found?", AnswerType.OTHER),
        ("Where were the people who were displaced housed?", AnswerType.OTHER),
        ("Were the soldiers who were wounded flown home?", AnswerType.OTHER),
        ("In early 2003 who headed the mission?", AnswerType.PERSON),
        ("Do you know who was the first mayor?", AnswerType.PERSON),
        ("Can you tell me who led the mission in 2004?", AnswerType.PERSON),
        ("Did the report say who was killed?", AnswerType.PERSON),
        ("Which of the countries joined the force?", AnswerType.COUNTRY),
        ("Which United Nations member states sent police?", AnswerType.COUNTRY),
        ("Tell me who was the first mayor", AnswerType.PERSON),
    ],
)
def test_the_kind_of_answer(question: str, kind: AnswerType) -> None:
    assert understand(question).answer_type is kind


def test_names_are_capitalised_words_but_not_the_first_word_or_a_question_word() -> None:
    assert understand("Did Peter Due meet UNMIK staff in Pristina?").names == (
        "Peter",
        "Due",
        "UNMIK",
        "Pristina",
    )
    assert understand("UNMIK's budget?").names == ("UNMIK",)
    assert understand("“Which part of the force left?").names == ()


def test_numbers_are_compared_without_separators_and_years_are_recognised() -> None:
    asked = understand("Did 16,000 soldiers serve under resolution 1244 in 2008 or 2.5 per cent of them?")
    assert asked.numbers == ("16000", "1244", "2008", "2.5")
    assert asked.years == (2008,)


@pytest.mark.parametrize(
    ("numeral", "same"),
    [
        ("16,000", "16000"),
        ("16 000", "16000"),
        ("16.000", "16000"),
        ("1,234,567", "1234567"),
        ("2.5", "2.5"),
        ("12", "12"),
    ],
)
def test_digits(numeral: str, same: str) -> None:
    assert digits(numeral) == same


def test_control_characters_and_white_space_are_folded_and_letters_of_every_script_stay() -> None:
    assert (
        understand("  When\twas\x00 the\r\n bridge\x1b[31m\ud800 opened?\x07 ").text
        == "When was the bridge opened?"
    )
    assert understand("Где мост? 橋はどこ?").text == "Где мост? 橋はどこ?"


@pytest.mark.parametrize("text", ["", "  ", "?!…", "\x00\n", "🙂", "„“"])
def test_a_question_without_a_letter_or_digit_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="The question is empty"):
        understand(text)


def test_a_question_may_have_ten_thousand_characters() -> None:
    assert understand("a" * 10_000).text == "a" * 10_000
    with pytest.raises(InvalidInput, match="10,001 characters; at most 10,000"):
        understand("a" * 10_001)
