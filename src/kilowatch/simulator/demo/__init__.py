"""The demo: people, devices and a year of history that show what Kilowatch does, the hard cases included."""
