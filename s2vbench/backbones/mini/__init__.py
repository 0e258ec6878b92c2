"""Small networks of this project, trained in the rendered world: the profile `mini`."""
