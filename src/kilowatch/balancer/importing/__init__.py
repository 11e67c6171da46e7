"""History from files: jobs that carry a file through the same checks and lanes as live readings.

files      a CSV or Parquet file as lines of text, whatever its size
store      jobs, their files and what they refused, in the balancer's database
work       a job from its file to the partitions
put_aside  what monitoring could not keep of it
client     what `kilowatch import` does, over the HTTP API
office     an administrator at that API
"""
