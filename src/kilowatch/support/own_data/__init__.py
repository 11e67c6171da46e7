"""What a person may know of their own meters, asked from the services that have it, in the name of that person.

The person is fixed when a `Person` is made, from the session; nothing that anybody types, and no language model, can
ask for another one's. It only reads.
"""
