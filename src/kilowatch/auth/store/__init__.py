"""The SQL of the service, a module for each kind of thing, each a few functions of a connection."""
