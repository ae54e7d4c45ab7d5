"""How the entity model is made: a spaCy project (project.yml). Using the model is left to nlp.understanding."""
