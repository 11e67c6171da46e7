"""The language model for what the rules pass on: any endpoint that speaks like OpenAI's, behind a small port.

It is asked in the name of one person, with tools that only read and that know no other person. What it says is text: it
can change nothing, and nothing that it says is followed, but for the wish to hand the conversation to a person.
"""
