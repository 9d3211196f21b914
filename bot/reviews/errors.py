"""What can be wrong with a file of reviews, in words."""

from models.errors import CopydeskError

__all__ = ["ReviewsError"]


class ReviewsError(CopydeskError):
    """The reviews cannot be read; the message says what the file is, the remedy what to give instead."""

    code = "bad_reviews"
    exit_code = 2
