"""The answerer that needs no network: pure, deterministic, and able to say why.

A message goes through these stages until one decides:

* `text`: folded to lower case without diacritics, cut into tokens
* `language`: English or Romanian, with the person's language as the first guess
* `phrases`: small talk is peeled off; patterns that an administrator wrote, on token boundaries, with exceptions
* `typos`: words that are nearly words of the knowledge base are repaired, and the phrases are tried again
* `classifier`: n-grams and logistic regression answer, offer up to three topics, or pass the message on

`answerer` puts them together, `decision` is what comes out, `knowledge` is what goes in; `knowledge_file` reads it from
YAML, `changes` shows what an edit would change, `own_data` fills answers with the person's own figures.
"""
