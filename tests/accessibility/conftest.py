"""The tests of this folder run in the browser's thread."""

from tests.e2e.fixtures import run_in_browser_thread as pytest_pyfunc_call

__all__ = ["pytest_pyfunc_call"]
