from hypothesis import settings

# The first example of a property may be the one that compiles a kernel.
settings.register_profile("facts", deadline=None)
settings.load_profile("facts")
