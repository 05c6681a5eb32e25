"""The judges' packages, imported without what they do not need here."""
import importlib.util
import sys
import types


def sealwatch():
    """sealwatch's spatial features and classifier, without its neural networks.

    The package's __init__ imports PyTorch and torchvision, gigabytes that SPAM and the ensemble have no use for. So the package is
    entered beside its __init__, and what its tools import of torchvision is an empty stand-in.
    """
    if "sealwatch" not in sys.modules:
        package = types.ModuleType("sealwatch")
        package.__path__ = list(importlib.util.find_spec("sealwatch").submodule_search_locations)
        transforms = types.ModuleType("torchvision.transforms")
        transforms.Grayscale = object
        vision = types.ModuleType("torchvision")
        vision.transforms = transforms
        sys.modules.update({"sealwatch": package, "torchvision": vision, "torchvision.transforms": transforms})
    import sealwatch.spam  # noqa: F401

    return sys.modules["sealwatch"]
