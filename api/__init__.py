"""The only door for people and programs: HTTP in, JSON out. The work itself is left to workers, storage and nlp."""
