"""Everything that a browser learns without asking: one WebSocket a tab, any number of replicas.

Owns tickets, each person's stream of durable frames, and notifications with how they went out. Consumes `alert.*`,
`conversation.*`, `message.posted`, and `user.*` and `device.*` for who may hear what; listens to `session.ended`,
passing frames and live measurements. Carries chat commands to `support`. Publishes no events.

    domain       channels, frames, resuming, origins: the rules
    store        streams, tickets, the projection of people and devices
    consumers    events become frames: stored, numbered, then told to all replicas
    openings     what sockets ask of the database as they open, many at once
    hub          the sockets of this replica, and who gets what
    feeds        what this replica hears from the broker
    socket       one connection: what it sent, what it may hear, where it is in its stream
    outlet       what waits to be sent over it
    conversation what the person at the other end says, and the answers
    api          tickets, and the door
    notifications  alerts and waiting clients in the app, by mail and by webhook, as each person wants it

`docs/realtime.md` has the protocol, `docs/asyncapi.json` every frame.
"""
