"""The only SQL of the service, one module for each thing that is kept."""
