"""The bot: takes the turns that wait, lets the rules decide, asks the language model for the rest.

Turns are rows, so an answer does not depend on anybody watching: it goes on when the browser tab closes, and when its
replica dies another one begins it again.
"""
