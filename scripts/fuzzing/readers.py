"""What other readers find in a file before and after."""
import warnings

try:
    import numpy
    import pydicom
    from pydicom.pixels import pixel_array
except ImportError:
    pydicom = None

warnings.simplefilter("ignore")


PIXEL_DATA = b"\xe0\x7f\x10\x00"


def differences(original, restored):
    """How a restored file differs for its readers; None when it does not (docs/exactness.md). Without pydicom, every byte must be the same."""
    before, after = original.read_bytes(), restored.read_bytes()
    if before == after:
        return None
    # Everything up to the value of the pixel data must be the same whatever readers make of it.
    start = before.rfind(PIXEL_DATA)
    if start < 0 or before[:start + 12] != after[:start + 12]:
        return "other bytes outside of the pixel data"
    if pydicom is None:
        return "other bytes (pydicom is not there to tell more)"
    old, new = _pixels(original), _pixels(restored)
    if isinstance(old, str):
        return None if isinstance(new, str) else f"pydicom reads its pixels now, and could not before: {old}"
    if isinstance(new, str):
        return f"pydicom reads its pixels no more: {new}"
    return None if old.shape == new.shape and numpy.array_equal(old, new) else "other pixels"


def _pixels(path):
    try:
        return pixel_array(pydicom.dcmread(path, force=True), raw=True)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
