from hypothesis import settings

# A busy machine is no fault of the code: no test asserts on time.
settings.register_profile("saring", deadline=None)
settings.load_profile("saring")
