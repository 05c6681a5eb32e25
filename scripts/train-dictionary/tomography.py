"""CT, MR and PET images (PS3.3 A.3, A.4, A.21). Each generator returns the length of one frame's pixels."""

from encoding import Header
from modules import BODY_PARTS, add_pixels, add_plane, add_window, code, maybe
from private_blocks import (
    GE_CT,
    GE_MR,
    GE_PET,
    PHILIPS_CT,
    PHILIPS_MR,
    PHILIPS_PET,
    SIEMENS_CT,
    TOSHIBA_CT,
    TOSHIBA_MR,
    add_blocks,
)
from siemens_csa import add_siemens_csa
from values import Values
from vendors import Vendor


def add_ct(v: Values, vendor: Vendor, h: Header) -> int:
    h.set(
        "ImageType",
        v.choice(
            [
                ["ORIGINAL", "PRIMARY", "AXIAL"],
                ["ORIGINAL", "PRIMARY", "AXIAL", "CT_SOM5 SPI"],
                ["DERIVED", "SECONDARY", "REFORMATTED", "AVERAGE"],
                ["ORIGINAL", "PRIMARY", "LOCALIZER"],
                ["ORIGINAL", "PRIMARY", "AXIAL", "HELIX"],
                ["DERIVED", "PRIMARY", "AXIAL"],
            ]
        ),
    )
    h.set("AcquisitionDate", v.study_date)
    h.set("ContentDate", v.study_date)
    h.set("AcquisitionTime", v.time(300))
    h.set("ContentTime", v.time(320))
    h.set(
        "SeriesDescription",
        v.choice(
            [
                "HEAD W/O",
                "5MM STD",
                "CHEST LUNG",
                "Abdomen 5.0 B30f",
                "Thorax 1.0 B60f",
                "AXIAL",
                "Recon 2: BONE",
                "Scout",
                "STANDARD",
                "2.5 mm Axial",
                "Topogram 0.6 T20s",
                "ARTERIAL",
                "",
                "CT Plain",
            ]
        ),
    )
    maybe(v, h, 0.6, BodyPartExamined=v.choice(BODY_PARTS))
    maybe(v, h, 0.75, ScanOptions=v.choice(["HELICAL MODE", "AXIAL MODE", "HELICAL_CT", "SCOUT MODE", "HELIX", "NORMAL_CT", "CINE MODE"]))
    h.set(
        "SliceThickness", v.choice(["5", "2.5", "1.25", "0.625", "5.000000", "2.500000", "1.250000", "3", "1", "5.0", "10.000000", "0.6"])
    )
    h.set("KVP", v.choice(["120", "140", "100", "80", "120.0"]))
    maybe(v, h, 0.35, SpacingBetweenSlices=v.choice(["5.000000", "2.500000", "1.250000", "5", "2.5"]))
    h.set("DataCollectionDiameter", v.choice(["500", "500.000000", "250.000000", "500.0", "480.000000"]))
    h.set(
        "ProtocolName",
        v.choice(
            [
                "1.1 Routine Head",
                "5.1 CHEST",
                "HeadSeq",
                "AbdRoutine",
                "ThorRoutine",
                "Helical Abdomen/Body",
                "5.8 PULM ANGIO",
                "Head Helical",
            ]
        ),
    )
    h.set("ReconstructionDiameter", v.choice(["250.000000", "360.000000", "500", "350", "400.000000", "220.0", "500.000000"]))
    maybe(
        v,
        h,
        0.8,
        DistanceSourceToDetector=v.choice(["949.075012", "949.147000", "1099.3100585938", "1040", "1085.6", "949.075000"]),
        DistanceSourceToPatient=v.choice(["541.000000", "541", "630.000000", "595", "535", "570"]),
    )
    h.set("GantryDetectorTilt", v.choice(["0", "0.000000", "0", v.decimal(-25, 25, 6)]))
    h.set("TableHeight", v.choice([str(v.integer(100, 220)), v.decimal(100, 220, 6), v.decimal(-180, 180, 1)]))
    h.set("RotationDirection", v.choice(["CW", "CW", "CC"]))
    h.set("ExposureTime", v.choice(["500", "1000", "800", "2000", "400", "600", str(v.integer(400, 4000))]))
    h.set("XRayTubeCurrent", str(v.integer(20, 600)))
    maybe(v, h, 0.85, Exposure=str(v.integer(2, 9999)))
    maybe(v, h, 0.8, FilterType=v.choice(["BODY FILTER", "HEAD FILTER", "MEDIUM FILTER", "LARGE BOWTIE FIL", "0", "FLAT", "WEDGE_2"]))
    maybe(v, h, 0.75, GeneratorPower=v.choice(["42000", "60", "34800", "70", "22000", str(v.integer(10, 80))]))
    maybe(v, h, 0.85, FocalSpots=v.choice(["0.7", "1.2", "0.700000", "1.200000", ["0.6", "1.2"], "0.9", "0.95"]))
    h.set(
        "ConvolutionKernel",
        v.choice(
            [
                "STANDARD",
                "SOFT",
                "BONE",
                "BONEPLUS",
                "LUNG",
                "B30f",
                "H31s",
                "B60f",
                "H60s",
                "FC10",
                "FC64",
                "B",
                "C",
                "DETAIL",
                ["I30f", "3"],
            ]
        ),
    )
    h.set("PatientPosition", v.choice(["HFS", "FFS", "HFS", "FFP", "HFP"]))
    if v.chance(0.3):
        h.set("DateOfLastCalibration", v.study_date)
        h.set("TimeOfLastCalibration", v.time(-3000))
    if v.chance(0.35):
        h.set("RevolutionTime", v.choice([0.5, 0.8, 1.0, 0.4]))
        h.set("SingleCollimationWidth", v.choice([0.625, 0.6, 1.25]))
        h.set("TotalCollimationWidth", v.choice([40.0, 20.0, 38.4, 10.0]))
        h.set("TableSpeed", v.choice([39.37, 27.5, 55.0]))
        h.set("TableFeedPerRotation", v.choice([39.37, 27.5, 13.75]))
        h.set("SpiralPitchFactor", v.choice([0.984375, 1.375, 0.9, 0.53125]))
    if v.chance(0.25):
        h.set("ExposureModulationType", v.choice(["XYZ_EC", "NONE", "CARE Dose4D", "OTHER"]))
        h.set("EstimatedDoseSaving", v.random.uniform(-20, 60))
        h.set("CTDIvol", v.random.uniform(1, 60))
    maybe(v, h, 0.35, ContrastBolusAgent=v.choice(["", "CONTRAST", "IV", "OMNIPAQUE 350", "APPLIED", "ORAL & IV"]))
    maybe(v, h, 0.15, ContrastBolusRoute=v.choice(["", "IV", "Oral & IV"]), ImageComments=v.choice(["", "HU"]))
    h.set("AcquisitionNumber", str(v.integer(1, 9)))
    add_plane(v, h, v.choice(vendor.roots))
    signed = v.chance(0.6)
    length = add_pixels(v, h, 512, 512, 16, 16 if signed else 12, signed)
    maybe(v, h, 0.4, PixelPaddingValue=None)
    if h.has("PixelPaddingValue"):
        h.set("PixelPaddingValue", -2000 if signed else 0, "SS" if signed else "US")
    if v.chance(0.85):
        add_window(
            v, h, *v.choice([("40", "400"), ("40", "80"), ("-600", "1500"), ("35", "100"), ("50", "350"), ("300", "2000"), ("450", "2500")])
        )
    if v.chance(0.2):
        add_window(v, h, ["00040", "-0600"], ["00400", "01600"])
        h.set("WindowCenterWidthExplanation", ["WINDOW1", "WINDOW2"])
    h.set("RescaleIntercept", v.choice(["-1024", "-1024", "0", "-1024.0", "-1000"]))
    h.set("RescaleSlope", v.choice(["1", "1", "1.0", "1.000000"]))
    maybe(v, h, 0.7, RescaleType=v.choice(["HU", "HU", "US"]))
    if vendor.name.startswith("GE"):
        if v.chance(0.85):
            add_blocks(v, h, GE_CT if v.chance(0.6) else GE_CT[:9], v.choice([0.4, 0.6, 0.8, 0.95]))
    elif vendor.name == "SIEMENS":
        if v.chance(0.5):
            add_blocks(v, h, SIEMENS_CT[:1], 0.6)
    elif vendor.name.startswith("TOSHIBA") and v.chance(0.8):
        add_blocks(v, h, TOSHIBA_CT, 0.6)
    elif vendor.name == "Philips" and v.chance(0.6):
        add_blocks(v, h, PHILIPS_CT, 0.25)
    return length


def add_mr(v: Values, vendor: Vendor, h: Header) -> int:
    h.set(
        "ImageType",
        v.choice(
            [
                ["ORIGINAL", "PRIMARY", "M", "ND"],
                ["ORIGINAL", "PRIMARY", "M", "ND", "NORM"],
                ["ORIGINAL", "PRIMARY", "OTHER"],
                ["ORIGINAL", "PRIMARY", "M", "ND", "MOSAIC"],
                ["ORIGINAL", "PRIMARY", "M_FFE", "M", "FFE"],
                ["ORIGINAL", "PRIMARY", "M_SE", "M", "SE"],
                ["DERIVED", "PRIMARY", "MPR", "ND"],
                ["ORIGINAL", "PRIMARY", "M", "NORM", "DIS2D"],
                ["DERIVED", "PRIMARY", "DIFFUSION", "ADC", "ND"],
            ]
        ),
    )
    h.set("AcquisitionDate", v.study_date)
    h.set("ContentDate", v.study_date)
    h.set("AcquisitionTime", v.time(300))
    h.set("ContentTime", v.time(330))
    h.set(
        "SeriesDescription",
        v.choice(
            [
                "AX T2 FLAIR",
                "t1_mprage_sag_p2_iso",
                "ep2d_diff_3scan_trace_p2",
                "SAG T1",
                "T2W_TSE",
                "ep2d_bold",
                "AX T1 POST",
                "localizer",
                "gre_field_mapping",
                "t2_tse_tra",
                "3D TOF",
                "AX DWI",
                "COR T2",
                "SURVEY",
                "AAHead_Scout",
            ]
        ),
    )
    maybe(v, h, 0.65, BodyPartExamined=v.choice(BODY_PARTS))
    h.set("ScanningSequence", v.choice(["GR", "SE", "EP", ["SE", "IR"], ["GR", "IR"], ["EP", "SE"], "RM"]))
    h.set("SequenceVariant", v.choice(["SK", "SP", ["SK", "SP", "MP"], ["SK", "SP", "OSP"], "NONE", "OTHER", ["SS", "SK"]]))
    h.set("ScanOptions", v.choice(["", "FS", "PFP", ["FAST_GEMS", "NPW", "FILTERED_GEMS"], ["PFP", "FS"], "IR", "SAT1", ["FC", "SP"]]))
    h.set("MRAcquisitionType", v.choice(["2D", "3D", "2D"]))
    maybe(
        v,
        h,
        0.7,
        SequenceName=v.choice(["*epfid2d1_64", "*tfl3d1", "*fl2d1", "*tse2d1_11", "*ep_b1000t", "epiRT", "*fm2d2r", "*tir2d1_16"]),
        AngioFlag=v.choice(["N", "N", "Y"]),
    )
    h.set("SliceThickness", v.choice(["5", "1", "3", "4", "5.000000", "3.5999999046326", "1.2", "6", "2"]))
    h.set("RepetitionTime", v.choice([str(v.integer(4, 9000)), v.decimal(4, 9000, 3), "2000", "2300", "500"]))
    h.set("EchoTime", v.choice([v.decimal(1, 120, 2), "30", "2.98", v.decimal(1, 120, 3), "90"]))
    maybe(v, h, 0.45, InversionTime=v.choice(["900", "2500", "0", "150"]))
    h.set("NumberOfAverages", v.choice(["1", "2", "1.0", "1.000000"]))
    h.set("ImagingFrequency", v.choice([v.decimal(63.5, 64, 6), v.decimal(123.1, 123.3, 6), v.decimal(127.7, 127.8, 6)]))
    h.set("ImagedNucleus", v.choice(["1H", "H1", "1H"]))
    h.set("EchoNumbers", v.choice(["1", "1", "2"]))
    h.set("MagneticFieldStrength", v.choice(["3", "1.5", "3.0", "1.5", "2.89362"]))
    maybe(v, h, 0.8, SpacingBetweenSlices=v.choice(["3.5999999046326", "5.5", "6", "1", "6.5", "5.000000"]))
    maybe(v, h, 0.75, NumberOfPhaseEncodingSteps=str(v.integer(63, 512)))
    maybe(v, h, 0.9, EchoTrainLength=v.choice(["1", "16", "8", "63", "0"]))
    maybe(
        v,
        h,
        0.85,
        PercentSampling=v.choice(["100", "75", "80", "100.000000"]),
        PercentPhaseFieldOfView=v.choice(["100", "75", "87.5", "81.25", "100.000000"]),
    )
    maybe(v, h, 0.9, PixelBandwidth=v.choice([str(v.integer(90, 2500)), "122.109", "2442"]))
    maybe(
        v,
        h,
        0.8,
        ProtocolName=v.choice(
            ["ep2d_bold", "t1_mprage_sag_p2_iso", "BRAIN", "T2W_TSE SENSE", "SAG T1", "AX T2 FLAIR", "localizer", "WIP SURVEY SENSE"]
        ),
    )
    maybe(
        v,
        h,
        0.3,
        TriggerTime=v.choice(["0", "0.0"]),
        NominalInterval=v.choice(["0", "1000"]),
        BeatRejectionFlag="N",
        LowRRValue="0",
        HighRRValue="0",
        IntervalsAcquired="0",
        IntervalsRejected="0",
        HeartRate=v.choice(["0", "60"]),
        CardiacNumberOfImages=v.choice(["0", "1"]),
        TriggerWindow="0",
    )
    maybe(v, h, 0.3, ReconstructionDiameter=v.choice(["240", "220", "250", "230.000000"]))
    maybe(v, h, 0.3, ReceiveCoilName=v.choice(["HEAD", "8HRBRAIN", "SENSE-Head-8", "HNS Head", "32Ch Head"]))
    maybe(v, h, 0.75, TransmitCoilName=v.choice(["Body", "B", "TxRx_Head"]))
    h.set(
        "AcquisitionMatrix",
        v.choice([[0, 64, 64, 0], [256, 0, 0, 256], [0, 320, 224, 0], [64, 0, 0, 64], [0, 256, 192, 0], [0, 512, 256, 0]]),
    )
    h.set("InPlanePhaseEncodingDirection", v.choice(["ROW", "COL"]))
    h.set("FlipAngle", v.choice(["90", "9", "150", "180", "15", "70", "8"]))
    h.set("VariableFlipAngleFlag", v.choice(["N", "N", "Y"]))
    h.set("SAR", v.choice([v.decimal(0.01, 3, 6), v.decimal(0.01, 3, 14)]))
    maybe(v, h, 0.7, dBdt=v.choice(["0", "0.0", v.decimal(1, 60, 4)]))
    h.set("PatientPosition", v.choice(["HFS", "FFS", "HFS", "HFP"]))
    maybe(v, h, 0.1, DiffusionBValue=1000.0)
    h.set("AcquisitionNumber", str(v.integer(1, 50)))
    maybe(
        v,
        h,
        0.3,
        TemporalPositionIdentifier="1",
        NumberOfTemporalPositions="1",
        Laterality="",
        StackID="1",
        InStackPositionNumber=v.integer(1, 40),
    )
    add_plane(v, h, v.choice(vendor.roots))
    size = v.choice([256, 512, 384, 320, 64, 448, 192])
    length = add_pixels(v, h, size, size, 16, v.choice([12, 16, 12]), v.chance(0.35))
    add_window(v, h, v.choice([str(v.integer(50, 2000)), v.decimal(50, 2000, 6)]), str(v.integer(100, 4000)))
    maybe(v, h, 0.6, WindowCenterWidthExplanation="Algo1")
    if vendor.name == "SIEMENS":
        if v.chance(0.5):
            add_siemens_csa(v, h, image_only=v.chance(0.5))
    elif vendor.name.startswith("GE"):
        add_blocks(v, h, GE_MR, v.choice([0.5, 0.8]))
    elif vendor.name.startswith("Philips"):
        h.set("RescaleIntercept", "0")
        h.set("RescaleSlope", v.decimal(0.3, 5, 14))
        h.set("RescaleType", "normalized")
        add_blocks(v, h, PHILIPS_MR, v.choice([0.4, 0.7]))
        mapping = Header()
        for keyword, value in (("RealWorldValueFirstValueMapped", 0), ("RealWorldValueLastValueMapped", 4095)):
            mapping.set(keyword, value, "US")
        mapping.set("LUTExplanation", "Philips")
        mapping.set("LUTLabel", "Philips")
        mapping.set("RealWorldValueIntercept", 0.0)
        mapping.set("RealWorldValueSlope", v.random.uniform(0.3, 5))
        mapping.set("MeasurementUnitsCodeSequence", [code("1", "UCUM", "no units")])
        h.set("RealWorldValueMappingSequence", [mapping])
        h.set("PresentationLUTShape", "IDENTITY")
    elif v.chance(0.8):
        add_blocks(v, h, TOSHIBA_MR, 0.6)
    return length


def add_pet(v: Values, vendor: Vendor, h: Header) -> int:
    h.set("ImageType", ["ORIGINAL", "PRIMARY"])
    for keyword, value in (
        ("AcquisitionDate", v.study_date),
        ("ContentDate", v.study_date),
        ("AcquisitionTime", v.time(3600)),
        ("ContentTime", v.time(3700)),
    ):
        h.set(keyword, value)
    h.set("SeriesDescription", v.choice(["PET WB", "WB 3D AC", "PET AC 3DWB", "Body AC"]))
    h.set("SliceThickness", v.choice(["3.27", "3", "5", "2.027", "4"]))
    isotope = Header()
    isotope.set("Radiopharmaceutical", v.choice(["FDG -- fluorodeoxyglucose", "Fluorodeoxyglucose", "Solution"]))
    isotope.set("RadiopharmaceuticalStartTime", v.time(-3600))
    isotope.set("RadionuclideTotalDose", v.choice([str(v.integer(200000000, 600000000)), "370000000"]))
    isotope.set("RadionuclideHalfLife", v.choice(["6586.2", "6586.2001953125", "6588"]))
    isotope.set("RadionuclidePositronFraction", v.choice(["0.97", "0.9672999978065491", "0.967"]))
    isotope.set("RadionuclideCodeSequence", [code("C-111A1", v.choice(["SNM3", "SRT"]), v.choice(["^18^Fluorine", "18F", "Fluorine-18"]))])
    isotope.set("RadiopharmaceuticalCodeSequence", [code("C-B1031", "SNM3", v.choice(["Fluorodeoxyglucose F^18^", "FDG"]))])
    h.set("RadiopharmaceuticalInformationSequence", [isotope])
    h.set(
        "CorrectedImage",
        ["DECY", "ATTN", "SCAT", "DTIM", "RAN", "NORM"] if v.chance(0.6) else ["NORM", "DTIM", "ATTN", "SCAT", "DECY", "RAN"],
    )
    h.set("SeriesType", ["WHOLE BODY" if v.chance(0.6) else "STATIC", "IMAGE"])
    h.set("Units", v.choice(["BQML", "BQML", "CNTS"]))
    h.set("CountsSource", "EMISSION")
    h.set("RandomsCorrectionMethod", v.choice(["SING", "DLYD"]))
    h.set("AttenuationCorrectionMethod", v.choice(["CTAC", "measured,, 0.096000 cm-1,", "measured"]))
    h.set("DecayCorrection", v.choice(["START", "ADMIN"]))
    h.set("ReconstructionMethod", v.choice(["OSEM", "3D IR", "PSF+TOF 3i21s", "OSEM3D 4i8s", "BLOB-OS-TF", "VPFXS"]))
    h.set("ScatterCorrectionMethod", v.choice(["Model-based", "Convolution subtraction", "SS-SIMUL"]))
    h.set("FrameReferenceTime", v.choice(["0", v.decimal(0, 99999, 2)]))
    h.set("DecayFactor", v.decimal(1, 2, 5))
    h.set("DoseCalibrationFactor", v.choice(["1", "1.0"]))
    h.set("ImageIndex", v.integer(1, 300))
    h.set("NumberOfSlices", v.integer(40, 300))
    h.set("ActualFrameDuration", v.choice(["180000", "120000", "150000"]))
    h.set("CollimatorType", "NONE")
    h.set("PatientPosition", v.choice(["HFS", "FFS"]))
    add_plane(v, h, v.choice(vendor.roots))
    size = v.choice([128, 200, 168, 400, 144])
    length = add_pixels(v, h, size, size, 16, 16, True)
    h.set("RescaleIntercept", v.choice(["0", "0.0"]))
    h.set("RescaleSlope", v.decimal(0.1, 20, 6))
    add_window(v, h, str(v.integer(1000, 30000)), str(v.integer(1000, 60000)))
    if vendor.name.startswith("GE"):
        add_blocks(v, h, GE_PET, 0.4)
    elif vendor.name.startswith("Philips"):
        add_blocks(v, h, PHILIPS_PET, 0.5)
    return length
