"""Ultrasound, nuclear medicine and secondary capture (PS3.3 A.6, A.5, A.8)."""

from encoding import Header
from modules import add_pixels, code, maybe
from values import Values
from vendors import Vendor


def add_us(v: Values, vendor: Vendor, h: Header) -> int:
    h.set(
        "ImageType",
        v.choice(
            [
                ["ORIGINAL", "PRIMARY", "", "0001"],
                ["ORIGINAL", "PRIMARY", "ABDOMINAL", "0001"],
                ["DERIVED", "PRIMARY", "", "0011"],
                ["ORIGINAL", "PRIMARY", "TTE", "0011"],
            ]
        ),
    )
    maybe(
        v,
        h,
        0.8,
        AcquisitionDate=v.study_date,
        ContentDate=v.study_date,
        AcquisitionTime=v.time(60),
        ContentTime=v.time(61),
        AcquisitionDateTime=v.date_time(60),
        SeriesDescription=v.choice(["", "ABDOMEN", "General"]),
        ProtocolName=v.choice(["Abdomen", "Adult Echo", "OB General"]),
        TransducerData=v.choice(["C5-1", "S5-1", "L12-5", "C1-5-D"]),
        TransducerType=v.choice(["CURVED LINEAR", "SECTOR_PHASED", "LINEAR"]),
        PatientOrientation="",
        BurnedInAnnotation="YES",
        LossyImageCompression=v.choice(["00", "01"]),
    )
    regions = []
    for _ in range(v.integer(0, 3)):
        region = Header()
        region.set("RegionSpatialFormat", v.choice([1, 2, 3]))
        region.set("RegionDataType", v.choice([1, 2, 3]))
        region.set("RegionFlags", v.choice([0, 2, 3]))
        region.set("RegionLocationMinX0", v.integer(0, 300))
        region.set("RegionLocationMinY0", v.integer(0, 300))
        region.set("RegionLocationMaxX1", v.integer(300, 1023))
        region.set("RegionLocationMaxY1", v.integer(300, 767))
        region.set("ReferencePixelX0", v.integer(0, 600))
        region.set("ReferencePixelY0", v.integer(0, 600))
        region.set("PhysicalUnitsXDirection", 3)
        region.set("PhysicalUnitsYDirection", v.choice([3, 7]))
        region.set("ReferencePixelPhysicalValueX", 0.0)
        region.set("ReferencePixelPhysicalValueY", 0.0)
        region.set("PhysicalDeltaX", v.random.uniform(0.01, 0.05))
        region.set("PhysicalDeltaY", v.random.uniform(0.01, 0.05))
        region.set("TransducerFrequency", v.integer(2000, 9000))
        regions.append(region)
    if regions:
        h.set("SequenceOfUltrasoundRegions", regions)
    colour = v.chance(0.7)
    length = add_pixels(
        v,
        h,
        *v.choice([(480, 640), (768, 1024), (600, 800), (720, 960)]),
        8,
        8,
        False,
        3 if colour else 1,
        v.choice(["RGB", "YBR_FULL_422"]) if colour else "MONOCHROME2"
    )
    if v.chance(0.4):
        h.set("NumberOfFrames", str(v.integer(10, 90)))
        h.set("FrameTime", v.decimal(15, 60, 4))
        h.set("FrameIncrementPointer", 0x00181063)
        h.set("CineRate", str(v.integer(15, 60)))
        h.set("HeartRate", str(v.integer(50, 110)))
    maybe(v, h, 0.4, UltrasoundColorDataPresent=1)
    return length


def add_nuclear(v: Values, vendor: Vendor, h: Header) -> int:
    h.set(
        "ImageType",
        v.choice(
            [
                ["ORIGINAL", "PRIMARY", "STATIC", "EMISSION"],
                ["ORIGINAL", "PRIMARY", "TOMO", "EMISSION"],
                ["ORIGINAL", "PRIMARY", "WHOLE BODY", "EMISSION"],
                ["DERIVED", "PRIMARY", "RECON TOMO", "EMISSION"],
            ]
        ),
    )
    for keyword, value in (
        ("AcquisitionDate", v.study_date),
        ("ContentDate", v.study_date),
        ("AcquisitionTime", v.time(90)),
        ("ContentTime", v.time(91)),
    ):
        h.set(keyword, value)
    h.set("SeriesDescription", v.choice(["WB BONE", "MYOCARD STRESS", "Tomo", "WHOLEBODY"]))
    h.set("FrameIncrementPointer", [0x00540010, 0x00540020])
    h.set("NumberOfFrames", str(v.integer(1, 64)))
    h.set("CountsAccumulated", str(v.integer(10000, 9999999)))
    h.set("ActualFrameDuration", str(v.integer(1000, 900000)))
    h.set("EnergyWindowVector", [1] * v.integer(1, 4))
    h.set("NumberOfEnergyWindows", 1)
    h.set("DetectorVector", [1, 2])
    h.set("NumberOfDetectors", 2)
    energy = Header()
    energy.set("EnergyWindowName", v.choice(["Tc99m", "TECHNETIUM 99M", "PHOTOPEAK"]))
    limits = Header()
    limits.set("EnergyWindowLowerLimit", "126.45")
    limits.set("EnergyWindowUpperLimit", "154.55")
    energy.set("EnergyWindowRangeSequence", [limits])
    h.set("EnergyWindowInformationSequence", [energy])
    detector = Header()
    detector.set("CollimatorGridName", v.choice(["LEHR", "MELP"]))
    detector.set("CollimatorType", "PARA")
    detector.set("FieldOfViewShape", "RECTANGLE")
    detector.set("ZoomFactor", ["1", "1"])
    detector.set("ImagePositionPatient", v.vector(3, -300, 300, 4))
    detector.set("ImageOrientationPatient", ["1", "0", "0", "0", "1", "0"])
    h.set("DetectorInformationSequence", [detector])
    h.set("PatientOrientationCodeSequence", [code("F-10450", "99SDM", "recumbent")])
    h.set("PixelSpacing", v.choice([["2.397950", "2.397950"], ["4.7952", "4.7952"]]))
    size = v.choice([64, 128, 256, 1024])
    return add_pixels(v, h, size, size, 16, 16, False)


def add_capture(v: Values, vendor: Vendor, h: Header) -> int:
    h.set("ConversionType", v.choice(["WSD", "DI", "SI", "DV", "SD"]))
    h.set("ImageType", v.choice([["DERIVED", "SECONDARY"], ["DERIVED", "SECONDARY", "SCREEN SAVE"], ["ORIGINAL", "PRIMARY"]]))
    maybe(
        v,
        h,
        0.6,
        ContentDate=v.study_date,
        ContentTime=v.time(600),
        DateOfSecondaryCapture=v.study_date,
        TimeOfSecondaryCapture=v.time(600),
        SeriesDescription=v.choice(["Screen Save", "Dose Report", "KEY IMAGES", "3D", "Secondary Capture"]),
        SecondaryCaptureDeviceManufacturer=vendor.name,
        SecondaryCaptureDeviceManufacturerModelName=v.choice(vendor.models),
        SecondaryCaptureDeviceSoftwareVersions="1.0",
        PatientOrientation="",
        Laterality="",
        BurnedInAnnotation="YES",
        LossyImageCompression="00",
    )
    colour = v.chance(0.6)
    return add_pixels(
        v,
        h,
        *v.choice([(512, 512), (1024, 1280), (768, 1024), (100, 100)]),
        8,
        8,
        False,
        3 if colour else 1,
        "RGB" if colour else "MONOCHROME2"
    )
