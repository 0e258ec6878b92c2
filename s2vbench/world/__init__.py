"""The rendered world: subjects, scenes and clips whose truth is known because they were drawn."""
