"""Shapes of values: every one is made from the seed or from the standard's and manufacturers' public vocabulary, never from a file."""

import random
import string

CONSONANTS = "bcdfghjklmnprstvwz"
VOWELS = "aeiou"


class Values:
    """The random values of one header. Dates, times and unique identifiers stay coherent within it, as in real headers."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)
        r = self.random
        self.year = r.randint(1998, 2026)
        self.study_date = f"{self.year}{r.randint(1, 12):02}{r.randint(1, 28):02}"
        self.start_second = r.randint(7 * 3600, 19 * 3600)
        self.fractions = r.choice(["", ".000000", None, None])

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def choice(self, options):
        return self.random.choice(options)

    def integer(self, low: int, high: int) -> int:
        return self.random.randint(low, high)

    def digits(self, count: int) -> str:
        return "".join(self.random.choice(string.digits) for _ in range(count))

    def letters(self, count: int) -> str:
        return "".join(self.random.choice(string.ascii_uppercase) for _ in range(count))

    def word(self) -> str:
        syllables = self.random.randint(2, 4)
        return "".join(self.random.choice(CONSONANTS) + self.random.choice(VOWELS) for _ in range(syllables))

    def person(self) -> str:
        family, given = self.word(), self.word()
        style = self.random.randint(0, 3)
        if style == 0:
            return f"{family}^{given}".upper()
        if style == 1:
            return f"{family.title()}^{given.title()}"
        if style == 2:
            return f"{family.title()}^{given.title()}^^^"
        return f"{family.upper()}^{given.upper()}^{self.letters(1)}"

    def time(self, offset: float = 0) -> str:
        second = self.start_second + int(offset)
        clock = f"{second // 3600 % 24:02}{second // 60 % 60:02}{second % 60:02}"
        if self.fractions is None:
            return clock + "." + self.digits(self.random.choice([3, 6, 6]))
        return clock + self.fractions

    def date_time(self, offset: float = 0) -> str:
        return self.study_date + self.time(offset)

    def birth_date(self) -> str:
        return f"{self.random.randint(1925, self.year)}{self.random.randint(1, 12):02}{self.random.randint(1, 28):02}"

    def decimal(self, low: float, high: float, places: int | None = None) -> str:
        if places is None:
            places = self.random.choice([0, 1, 2, 3, 6])
        return f"{self.random.uniform(low, high):.{places}f}"

    def vector(self, count: int, low: float, high: float, places: int) -> list[str]:
        return [self.decimal(low, high, places) for _ in range(count)]

    def uid(self, root: str) -> str:
        """A unique identifier below a registered root, in the manufacturers' usual shapes."""
        date = self.study_date + self.digits(6)
        tail = self.random.choice(
            [
                f"{self.digits(9)}.{self.digits(3)}.{self.digits(10)}.{self.digits(3)}",
                f"{date}{self.digits(5)}.{self.digits(5)}.{self.digits(2)}",
                f"{self.digits(4)}.{self.digits(5)}.{self.digits(10)}.{self.digits(6)}",
            ]
        )
        return f"{root}.{tail}"[:64].rstrip(".")
