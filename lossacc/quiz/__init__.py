"""Questions and exercises that reply: to a right answer, to a wrong one, and kindly to none at all.

A notebook says `check("share of the B", answer)` for an exercise with a number for an answer, and
`ask("the lowest loss")` for a question with options, or with an answer in the learner's own words.
`ask_again("three_boxes")` opens a notebook with two questions from earlier ones.
`vote("both fall: what first")` lets a room vote, discuss, and vote again.
All are tables in `lossacc.lessons`.
"""

from lossacc.quiz.again import ask_again
from lossacc.quiz.ask import ask
from lossacc.quiz.exercises import Exercise, Reply, check
from lossacc.quiz.vote import vote

__all__ = ["Exercise", "Reply", "ask", "ask_again", "check", "vote"]
