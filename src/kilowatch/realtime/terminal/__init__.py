"""`kilowatch watch`: alerts and live usage of an account in a terminal.

client     signs in, opens sockets, resumes
picture    what is known, as a person sees it
watch      both together
"""
