"""What comes back of mails: taken in exactly as it came, and only then looked into.

inbox -> a reader for each source (what is told) -> process (events, deliveries, feedback to subscribers)
"""
