"""Messages between services: the port and its two adapters."""
