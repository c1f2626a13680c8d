"""Names of other issues."""

from typing import Any

from tests.checks.build import Case

OTHERS = ("September 2020 UPR Updates", "september-2020", "The Road to Geneva", "UPR Updates", "News")


def _case(says: str = "", at: str = "introduction", others: tuple[str, ...] = OTHERS, **issue: Any) -> Case:
    return Case(issue=issue, others=others, says=says, at=(None, at))


SAYS = "'September 2020 UPR Updates' is the name of another issue, and this one is 'October 2020 UPR Updates'"

BAD = [
    _case(SAYS, "subject", subject="September 2020 UPR Updates: watch the review"),
    _case(SAYS, "subject", subject="SEPTEMBER 2020 UPR UPDATES"),
    _case(SAYS, "subject", subject="{{first_name|Friends}}, read the September 2020 UPR Updates"),
    _case(SAYS, "preheader", preheader="September 2020 UPR Updates: lobbying is done."),
    _case("'The Road to Geneva'", "subject", subject="The Road to Geneva: watch the review"),
    _case(SAYS, introduction="Welcome to the September 2020 UPR Updates!"),
    _case(SAYS, introduction="Welcome to **September 2020 UPR Updates**."),
    _case(SAYS, introduction="This is the September\n2020 UPR Updates."),
    _case("'The Road to Geneva'", introduction="You are reading The Road to Geneva, our letter."),
    _case("'september-2020'", introduction="Welcome to september-2020."),
    _case(SAYS, introduction="Bienvenidos a September 2020 UPR Updates.", language="es"),
    _case(SAYS, introduction="Bienvenue dans September 2020 UPR Updates.", language="fr"),
    _case("'September 2020' is the name", "subject", (), subject="September 2020 UPR Updates: watch the review"),
    _case("'October 2019'", "subject", (), subject="October 2019 UPR Updates: watch the review"),
    _case("'No. 11'", "subject", (), title="UPR Updates, No. 12", subject="UPR Updates, No. 11: watch the review"),
    _case("'Boletín 11'", "subject", (), title="Boletín 12", subject="Boletín 11: el examen", language="es"),
]

NEAR = [
    _case(subject="October 2020 UPR Updates: watch the review"),
    _case(subject="UPR Updates: watch the review on November 9"),
    _case(subject="What followed after September 2020 UPR Updates"),
    _case(subject="The recording of The Road to Geneva is here"),
    _case(subject="Correction to September 2020 UPR Updates"),
    _case(subject="News: watch the review on November 9"),
    _case(subject="Watch the review on November 9, 2020"),
    _case(subject="The review in November 2020: watch it"),
    _case(subject="UPR in September 2020 and October 2020"),
    _case(subject="The road we went to Geneva"),
    _case(preheader="Lobbying is done. Help every eye follow the review in November 2020."),
    _case(introduction="In September 2020 UPR Updates we asked you to write."),
    _case(introduction="As we wrote in the September 2020 UPR Updates, lobbying began."),
    _case(introduction="Read [September 2020 UPR Updates](https://www.example.org/september-2020)."),
    _case(introduction="See https://www.example.org/september-2020."),
    _case(introduction="The Road to Geneva is long."),
    _case(introduction="Welcome to the October 2020 UPR Updates!"),
    _case(introduction="Welcome to UPR Updates!"),
    _case(introduction="This is news."),
    _case(introduction="`This is the September 2020 UPR Updates`"),
    _case(others=(), subject="September brought nine meetings, October the review"),
    _case(others=(), subject="October 2020 UPR Updates, after September 2020"),
    _case(others=(), subject="What the Council decided in September 2020"),
    _case(others=(), title="UPR Updates, No. 12", subject="UPR Updates, No. 12: watch the review"),
    _case(others=(), title="UPR Updates, No. 12", subject="No. 10 Downing Street answers"),
    _case(others=(), title="12 ways to help", subject="11 missions and you"),
    _case(others=("October 2020 UPR Updates",)),
    _case(others=("october-2020",)),
    _case(others=("October",), subject="October in Geneva: watch the review"),
    _case(others=("", "-", "UPR")),
    _case(others=("November 2020 UPR Updates",), subject="UPR Updates: the review in November 2020"),
    _case(series="The Road to Geneva", subject="The Road to Geneva: watch the review"),
]
