"""What every test may ask for. The fixtures themselves are in tests/support, one file for each kind."""

import gc
import os

import hypothesis

pytest_plugins = [
    "tests.support.runs",
    "tests.support.network",
    "tests.support.databases",
    "tests.support.apps",
    "tests.support.around",
    "tests.support.browsers",
    "tests.support.memory",
    "tests.support.people",
    "tests.support.smtp",
    "tests.support.tabs",
    "tests.interop.office",
    "tests.interop.told",
]

# A shared machine is slow at times: what must be quick has a test that says how quick.
hypothesis.settings.register_profile("fast", max_examples=60, deadline=None, database=None)
hypothesis.settings.register_profile("ci", hypothesis.settings.get_profile("fast"), derandomize=True)
hypothesis.settings.register_profile("soak", max_examples=5_000, deadline=None, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if "CI" in os.environ else "fast"))

# Python looks through what is alive after every 700 new objects, which took a tenth of a run.
gc.set_threshold(50_000, 20, 50)
