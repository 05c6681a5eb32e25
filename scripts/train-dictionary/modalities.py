"""One generator an information object definition (PS3.3 A.3 ff.). Each returns the length of one frame's pixels, or None for objects without."""

from encoding import Header
from modules import BODY_PARTS, add_pixels, add_plane, add_window, code, present, reference
from private_blocks import (GE_CT, GE_MR, GE_PET, HOLOGIC, PHILIPS_CT, PHILIPS_MR, PHILIPS_PET, SIEMENS_CT, TOSHIBA_CT, TOSHIBA_MR, add_blocks, add_siemens_csa)
from values import Values
from vendors import Vendor


def maybe(v: Values, h: Header, probability: float, **attributes) -> None:
    for keyword, value in attributes.items():
        if v.chance(probability):
            h.set(keyword, present(value))


def add_ct(v: Values, vendor: Vendor, h: Header) -> int:
    h.set("ImageType", v.choice([["ORIGINAL", "PRIMARY", "AXIAL"], ["ORIGINAL", "PRIMARY", "AXIAL", "CT_SOM5 SPI"], ["DERIVED", "SECONDARY", "REFORMATTED", "AVERAGE"],
                                 ["ORIGINAL", "PRIMARY", "LOCALIZER"], ["ORIGINAL", "PRIMARY", "AXIAL", "HELIX"], ["DERIVED", "PRIMARY", "AXIAL"]]))
    h.set("AcquisitionDate", v.study_date)
    h.set("ContentDate", v.study_date)
    h.set("AcquisitionTime", v.time(300))
    h.set("ContentTime", v.time(320))
    h.set("SeriesDescription", v.choice(["HEAD W/O", "5MM STD", "CHEST LUNG", "Abdomen 5.0 B30f", "Thorax 1.0 B60f", "AXIAL", "Recon 2: BONE", "Scout", "STANDARD",
                                         "2.5 mm Axial", "Topogram 0.6 T20s", "ARTERIAL", "", "CT Plain"]))
    maybe(v, h, 0.6, BodyPartExamined=v.choice(BODY_PARTS))
    maybe(v, h, 0.75, ScanOptions=v.choice(["HELICAL MODE", "AXIAL MODE", "HELICAL_CT", "SCOUT MODE", "HELIX", "NORMAL_CT", "CINE MODE"]))
    h.set("SliceThickness", v.choice(["5", "2.5", "1.25", "0.625", "5.000000", "2.500000", "1.250000", "3", "1", "5.0", "10.000000", "0.6"]))
    h.set("KVP", v.choice(["120", "140", "100", "80", "120.0"]))
    maybe(v, h, 0.35, SpacingBetweenSlices=v.choice(["5.000000", "2.500000", "1.250000", "5", "2.5"]))
    h.set("DataCollectionDiameter", v.choice(["500", "500.000000", "250.000000", "500.0", "480.000000"]))
    h.set("ProtocolName", v.choice(["1.1 Routine Head", "5.1 CHEST", "HeadSeq", "AbdRoutine", "ThorRoutine", "Helical Abdomen/Body", "5.8 PULM ANGIO", "Head Helical"]))
    h.set("ReconstructionDiameter", v.choice(["250.000000", "360.000000", "500", "350", "400.000000", "220.0", "500.000000"]))
    maybe(v, h, 0.8, DistanceSourceToDetector=v.choice(["949.075012", "949.147000", "1099.3100585938", "1040", "1085.6", "949.075000"]),
          DistanceSourceToPatient=v.choice(["541.000000", "541", "630.000000", "595", "535", "570"]))
    h.set("GantryDetectorTilt", v.choice(["0", "0.000000", "0", v.decimal(-25, 25, 6)]))
    h.set("TableHeight", v.choice([str(v.integer(100, 220)), v.decimal(100, 220, 6), v.decimal(-180, 180, 1)]))
    h.set("RotationDirection", v.choice(["CW", "CW", "CC"]))
    h.set("ExposureTime", v.choice(["500", "1000", "800", "2000", "400", "600", str(v.integer(400, 4000))]))
    h.set("XRayTubeCurrent", str(v.integer(20, 600)))
    maybe(v, h, 0.85, Exposure=str(v.integer(2, 9999)))
    maybe(v, h, 0.8, FilterType=v.choice(["BODY FILTER", "HEAD FILTER", "MEDIUM FILTER", "LARGE BOWTIE FIL", "0", "FLAT", "WEDGE_2"]))
    maybe(v, h, 0.75, GeneratorPower=v.choice(["42000", "60", "34800", "70", "22000", str(v.integer(10, 80))]))
    maybe(v, h, 0.85, FocalSpots=v.choice(["0.7", "1.2", "0.700000", "1.200000", ["0.6", "1.2"], "0.9", "0.95"]))
    h.set("ConvolutionKernel", v.choice(["STANDARD", "SOFT", "BONE", "BONEPLUS", "LUNG", "B30f", "H31s", "B60f", "H60s", "FC10", "FC64", "B", "C", "DETAIL", ["I30f", "3"]]))
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
        add_window(v, h, *v.choice([("40", "400"), ("40", "80"), ("-600", "1500"), ("35", "100"), ("50", "350"), ("300", "2000"), ("450", "2500")]))
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
    h.set("ImageType", v.choice([["ORIGINAL", "PRIMARY", "M", "ND"], ["ORIGINAL", "PRIMARY", "M", "ND", "NORM"], ["ORIGINAL", "PRIMARY", "OTHER"],
                                 ["ORIGINAL", "PRIMARY", "M", "ND", "MOSAIC"], ["ORIGINAL", "PRIMARY", "M_FFE", "M", "FFE"], ["ORIGINAL", "PRIMARY", "M_SE", "M", "SE"],
                                 ["DERIVED", "PRIMARY", "MPR", "ND"], ["ORIGINAL", "PRIMARY", "M", "NORM", "DIS2D"], ["DERIVED", "PRIMARY", "DIFFUSION", "ADC", "ND"]]))
    h.set("AcquisitionDate", v.study_date)
    h.set("ContentDate", v.study_date)
    h.set("AcquisitionTime", v.time(300))
    h.set("ContentTime", v.time(330))
    h.set("SeriesDescription", v.choice(["AX T2 FLAIR", "t1_mprage_sag_p2_iso", "ep2d_diff_3scan_trace_p2", "SAG T1", "T2W_TSE", "ep2d_bold", "AX T1 POST", "localizer",
                                         "gre_field_mapping", "t2_tse_tra", "3D TOF", "AX DWI", "COR T2", "SURVEY", "AAHead_Scout"]))
    maybe(v, h, 0.65, BodyPartExamined=v.choice(BODY_PARTS))
    h.set("ScanningSequence", v.choice(["GR", "SE", "EP", ["SE", "IR"], ["GR", "IR"], ["EP", "SE"], "RM"]))
    h.set("SequenceVariant", v.choice(["SK", "SP", ["SK", "SP", "MP"], ["SK", "SP", "OSP"], "NONE", "OTHER", ["SS", "SK"]]))
    h.set("ScanOptions", v.choice(["", "FS", "PFP", ["FAST_GEMS", "NPW", "FILTERED_GEMS"], ["PFP", "FS"], "IR", "SAT1", ["FC", "SP"]]))
    h.set("MRAcquisitionType", v.choice(["2D", "3D", "2D"]))
    maybe(v, h, 0.7, SequenceName=v.choice(["*epfid2d1_64", "*tfl3d1", "*fl2d1", "*tse2d1_11", "*ep_b1000t", "epiRT", "*fm2d2r", "*tir2d1_16"]),
          AngioFlag=v.choice(["N", "N", "Y"]))
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
    maybe(v, h, 0.85, PercentSampling=v.choice(["100", "75", "80", "100.000000"]), PercentPhaseFieldOfView=v.choice(["100", "75", "87.5", "81.25", "100.000000"]))
    maybe(v, h, 0.9, PixelBandwidth=v.choice([str(v.integer(90, 2500)), "122.109", "2442"]))
    maybe(v, h, 0.8, ProtocolName=v.choice(["ep2d_bold", "t1_mprage_sag_p2_iso", "BRAIN", "T2W_TSE SENSE", "SAG T1", "AX T2 FLAIR", "localizer", "WIP SURVEY SENSE"]))
    maybe(v, h, 0.3, TriggerTime=v.choice(["0", "0.0"]), NominalInterval=v.choice(["0", "1000"]), BeatRejectionFlag="N", LowRRValue="0", HighRRValue="0",
          IntervalsAcquired="0", IntervalsRejected="0", HeartRate=v.choice(["0", "60"]), CardiacNumberOfImages=v.choice(["0", "1"]), TriggerWindow="0")
    maybe(v, h, 0.3, ReconstructionDiameter=v.choice(["240", "220", "250", "230.000000"]))
    maybe(v, h, 0.3, ReceiveCoilName=v.choice(["HEAD", "8HRBRAIN", "SENSE-Head-8", "HNS Head", "32Ch Head"]))
    maybe(v, h, 0.75, TransmitCoilName=v.choice(["Body", "B", "TxRx_Head"]))
    h.set("AcquisitionMatrix", v.choice([[0, 64, 64, 0], [256, 0, 0, 256], [0, 320, 224, 0], [64, 0, 0, 64], [0, 256, 192, 0], [0, 512, 256, 0]]))
    h.set("InPlanePhaseEncodingDirection", v.choice(["ROW", "COL"]))
    h.set("FlipAngle", v.choice(["90", "9", "150", "180", "15", "70", "8"]))
    h.set("VariableFlipAngleFlag", v.choice(["N", "N", "Y"]))
    h.set("SAR", v.choice([v.decimal(0.01, 3, 6), v.decimal(0.01, 3, 14)]))
    maybe(v, h, 0.7, dBdt=v.choice(["0", "0.0", v.decimal(1, 60, 4)]))
    h.set("PatientPosition", v.choice(["HFS", "FFS", "HFS", "HFP"]))
    maybe(v, h, 0.1, DiffusionBValue=1000.0)
    h.set("AcquisitionNumber", str(v.integer(1, 50)))
    maybe(v, h, 0.3, TemporalPositionIdentifier="1", NumberOfTemporalPositions="1", Laterality="", StackID="1", InStackPositionNumber=v.integer(1, 40))
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


def add_projection(v: Values, vendor: Vendor, h: Header, mammography: bool = False) -> int:
    """CR, DX and MG."""
    modality = h.get("Modality")
    h.set("ImageType", v.choice([["DERIVED", "PRIMARY"], ["ORIGINAL", "PRIMARY"], ["DERIVED", "PRIMARY", "POST_PROCESSED"], ["ORIGINAL", "PRIMARY", ""]]))
    h.set("AcquisitionDate", v.study_date)
    h.set("ContentDate", v.study_date)
    h.set("AcquisitionTime", v.time(120))
    h.set("ContentTime", v.time(125))
    if modality != "CR":
        h.set("PresentationIntentType", v.choice(["FOR PRESENTATION", "FOR PRESENTATION", "FOR PROCESSING"]))
    h.set("SeriesDescription", v.choice(["R CC", "L MLO", "L CC", "R MLO"] if mammography else ["CHEST PA", "PA", "LAT", "CHEST LAT", "AP", "Knee AP", "W033 CHEST PORT", "Chest a.p."]))
    h.set("BodyPartExamined", "BREAST" if mammography else v.choice(BODY_PARTS))
    h.set("KVP", v.choice(["29", "28", "30"] if mammography else ["125", "120", "85", "70", "60"]))
    maybe(v, h, 0.6, DistanceSourceToDetector=v.choice(["660", "650"] if mammography else ["1800", "1150", "1830"]), DistanceSourceToPatient=v.choice(["660", "1750"]))
    maybe(v, h, 0.75, ExposureTime=str(v.integer(2, 1500)), XRayTubeCurrent=str(v.integer(50, 500)), Exposure=str(v.integer(1, 120)), ExposureInuAs=str(v.integer(500, 99999)),
          RelativeXRayExposure=str(v.integer(100, 2000)), ImagerPixelSpacing=v.choice([["0.143", "0.143"], ["0.1", "0.1"], ["0.07", "0.07"], ["0.094090909", "0.094090909"], ["0.15", "0.15"]]),
          Grid=v.choice(["FOCUSED", "RECIPROCATING", "NONE", "IN"]), FocalSpots=v.choice(["0.3", "0.6", "1.2"]))
    if mammography:
        maybe(v, h, 0.9, AnodeTargetMaterial=v.choice(["MOLYBDENUM", "RHODIUM", "TUNGSTEN"]), BodyPartThickness=str(v.integer(20, 90)), CompressionForce=v.decimal(40, 180, 2),
              FilterMaterial=v.choice(["RHODIUM", "MOLYBDENUM", "SILVER"]), ExposureControlMode="AUTOMATIC", HalfValueLayer="0.4", OrganDose=v.decimal(0.005, 0.03, 5),
              PositionerType="MAMMOGRAPHIC", PositionerPrimaryAngle=v.choice(["0", "45", "-45"]), BreastImplantPresent="NO", EntranceDoseInmGy=v.decimal(2, 12, 3))
        h.set("ViewCodeSequence", [code(*v.choice([("R-10242", "SNM3", "cranio-caudal"), ("R-10226", "SNM3", "medio-lateral oblique"), ("R-10242", "SRT", "cranio-caudal")]))])
        h.set("ViewPosition", v.choice(["CC", "MLO"]))
        h.set("AnatomicRegionSequence", [code(*v.choice([("T-04000", "SNM3", "Breast"), ("T-04000", "SRT", "Breast"), ("76752008", "SCT", "Breast")]))])
    else:
        maybe(v, h, 0.7, ViewPosition=v.choice(["PA", "AP", "LL", "LATERAL", ""]), PlateID=v.digits(10), CassetteOrientation=v.choice(["PORTRAIT", "LANDSCAPE"]),
              CassetteSize=v.choice(["35CMX43CM", "24CMX30CM", "14INX17IN"]), AcquisitionDeviceProcessingDescription=v.choice(["CHEST,FRN  P->A", "VIPS", "UNIQUE: S:100.L:1.0"]),
              AcquisitionDeviceProcessingCode=v.digits(4), Sensitivity=str(v.integer(100, 900)))
    maybe(v, h, 0.6, DetectorTemperature=v.decimal(20, 40, 1), DetectorType=v.choice(["SCINTILLATOR", "DIRECT"]), DetectorConfiguration="AREA", DetectorID=v.letters(4) + v.digits(5),
          DateOfLastDetectorCalibration=v.study_date, FieldOfViewShape="RECTANGLE", FieldOfViewDimensions=["293", "239"], FieldOfViewOrigin=["0.0", "0.0"],
          FieldOfViewRotation="0", FieldOfViewHorizontalFlip="NO", DetectorActiveShape="RECTANGLE", PatientOrientation=v.choice([["A", "FR"], ["P", "FL"], ["L", "F"], ["A", "R"]]))
    maybe(v, h, 0.6, AcquisitionNumber="1", ImageLaterality=v.choice(["L", "R", "U"]), BurnedInAnnotation="NO", LossyImageCompression="00", PresentationLUTShape=v.choice(["IDENTITY", "INVERSE"]),
          PixelIntensityRelationship=v.choice(["LOG", "LIN"]), RescaleIntercept="0", RescaleSlope="1", RescaleType="US", PixelSpacing=["0.143", "0.143"],
          CollimatorShape="RECTANGULAR", CollimatorLeftVerticalEdge="1", CollimatorRightVerticalEdge=str(v.integer(1000, 3000)), CollimatorUpperHorizontalEdge="1",
          CollimatorLowerHorizontalEdge=str(v.integer(1000, 3000)), PixelAspectRatio=["1", "1"], ViewCodeSequence=[], ImageComments="", QualityControlImage="NO")
    if h.has("PixelIntensityRelationship"):
        h.set("PixelIntensityRelationshipSign", v.choice([-1, 1]))
    rows, columns = v.choice([(2294, 1914), (3062, 2394), (2022, 2022), (2140, 1760), (4096, 3328), (2500, 2048)])
    length = add_pixels(v, h, rows, columns, 16, v.choice([12, 14, 10]), False, photometric=v.choice(["MONOCHROME1", "MONOCHROME2"]))
    add_window(v, h, str(v.integer(500, 8000)), str(v.integer(500, 8000)))
    if vendor.name.startswith("HOLOGIC"):
        add_blocks(v, h, HOLOGIC, 0.9)
    return length


def add_mammography(v: Values, vendor: Vendor, h: Header) -> int:
    return add_projection(v, vendor, h, mammography=True)


def add_us(v: Values, vendor: Vendor, h: Header) -> int:
    h.set("ImageType", v.choice([["ORIGINAL", "PRIMARY", "", "0001"], ["ORIGINAL", "PRIMARY", "ABDOMINAL", "0001"], ["DERIVED", "PRIMARY", "", "0011"],
                                 ["ORIGINAL", "PRIMARY", "TTE", "0011"]]))
    maybe(v, h, 0.8, AcquisitionDate=v.study_date, ContentDate=v.study_date, AcquisitionTime=v.time(60), ContentTime=v.time(61), AcquisitionDateTime=v.date_time(60),
          SeriesDescription=v.choice(["", "ABDOMEN", "General"]), ProtocolName=v.choice(["Abdomen", "Adult Echo", "OB General"]), TransducerData=v.choice(["C5-1", "S5-1", "L12-5", "C1-5-D"]),
          TransducerType=v.choice(["CURVED LINEAR", "SECTOR_PHASED", "LINEAR"]), PatientOrientation="", BurnedInAnnotation="YES", LossyImageCompression=v.choice(["00", "01"]))
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
    length = add_pixels(v, h, *v.choice([(480, 640), (768, 1024), (600, 800), (720, 960)]), 8, 8, False, 3 if colour else 1, v.choice(["RGB", "YBR_FULL_422"]) if colour else "MONOCHROME2")
    if v.chance(0.4):
        h.set("NumberOfFrames", str(v.integer(10, 90)))
        h.set("FrameTime", v.decimal(15, 60, 4))
        h.set("FrameIncrementPointer", 0x00181063)
        h.set("CineRate", str(v.integer(15, 60)))
        h.set("HeartRate", str(v.integer(50, 110)))
    maybe(v, h, 0.4, UltrasoundColorDataPresent=1)
    return length


def add_xa(v: Values, vendor: Vendor, h: Header) -> int:
    h.set("ImageType", v.choice([["ORIGINAL", "PRIMARY", "SINGLE PLANE"], ["DERIVED", "PRIMARY", "SINGLE PLANE", "SINGLE A"], ["ORIGINAL", "PRIMARY", "BIPLANE A"]]))
    maybe(v, h, 0.85, AcquisitionDate=v.study_date, ContentDate=v.study_date, AcquisitionTime=v.time(90), ContentTime=v.time(91), SeriesDescription=v.choice(["Coro 15 fps", "LV Angio", "DSA"]),
          KVP=str(v.integer(60, 110)), DistanceSourceToDetector=str(v.integer(950, 1200)), DistanceSourceToPatient=v.choice(["785", "765"]), ExposureTime=str(v.integer(3, 900)),
          XRayTubeCurrent=str(v.integer(100, 900)), AveragePulseWidth=v.decimal(3, 12, 2), RadiationSetting=v.choice(["GR", "SC"]), RadiationMode="PULSED", IntensifierSize=v.choice(["200", "250", "220"]),
          ImagerPixelSpacing=v.choice([["0.184", "0.184"], ["0.2", "0.2"], ["0.308", "0.308"]]), PositionerMotion=v.choice(["STATIC", "DYNAMIC"]), FrameTime=v.choice(["66.67", "33.33", "133"]),
          PositionerPrimaryAngle=v.decimal(-60, 60, 1), PositionerSecondaryAngle=v.decimal(-40, 40, 1), ShutterShape="RECTANGULAR", ShutterLeftVerticalEdge="1", ShutterRightVerticalEdge="512",
          ShutterUpperHorizontalEdge="1", ShutterLowerHorizontalEdge="512", CineRate=v.choice(["15", "30", "7"]), RecommendedDisplayFrameRate="15", BodyPartExamined="HEART", TableMotion="STATIC",
          PatientOrientation="", PixelIntensityRelationship=v.choice(["LIN", "LOG", "DISP"]), FieldOfViewShape="RECTANGLE", FieldOfViewDimensions="200", RepresentativeFrameNumber=v.integer(1, 30))
    h.set("NumberOfFrames", str(v.integer(1, 120)))
    h.set("FrameIncrementPointer", 0x00181063)
    size = v.choice([512, 1024, 960])
    length = add_pixels(v, h, size, size, *v.choice([(8, 8), (16, 10), (16, 12)]), False)
    add_window(v, h, v.choice(["128", "512", "2048"]), v.choice(["256", "1024", "4096"]))
    return length


def add_nuclear(v: Values, vendor: Vendor, h: Header) -> int:
    h.set("ImageType", v.choice([["ORIGINAL", "PRIMARY", "STATIC", "EMISSION"], ["ORIGINAL", "PRIMARY", "TOMO", "EMISSION"], ["ORIGINAL", "PRIMARY", "WHOLE BODY", "EMISSION"],
                                 ["DERIVED", "PRIMARY", "RECON TOMO", "EMISSION"]]))
    for keyword, value in (("AcquisitionDate", v.study_date), ("ContentDate", v.study_date), ("AcquisitionTime", v.time(90)), ("ContentTime", v.time(91))):
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


def add_pet(v: Values, vendor: Vendor, h: Header) -> int:
    h.set("ImageType", ["ORIGINAL", "PRIMARY"])
    for keyword, value in (("AcquisitionDate", v.study_date), ("ContentDate", v.study_date), ("AcquisitionTime", v.time(3600)), ("ContentTime", v.time(3700))):
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
    h.set("CorrectedImage", ["DECY", "ATTN", "SCAT", "DTIM", "RAN", "NORM"] if v.chance(0.6) else ["NORM", "DTIM", "ATTN", "SCAT", "DECY", "RAN"])
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


def add_capture(v: Values, vendor: Vendor, h: Header) -> int:
    h.set("ConversionType", v.choice(["WSD", "DI", "SI", "DV", "SD"]))
    h.set("ImageType", v.choice([["DERIVED", "SECONDARY"], ["DERIVED", "SECONDARY", "SCREEN SAVE"], ["ORIGINAL", "PRIMARY"]]))
    maybe(v, h, 0.6, ContentDate=v.study_date, ContentTime=v.time(600), DateOfSecondaryCapture=v.study_date, TimeOfSecondaryCapture=v.time(600),
          SeriesDescription=v.choice(["Screen Save", "Dose Report", "KEY IMAGES", "3D", "Secondary Capture"]), SecondaryCaptureDeviceManufacturer=vendor.name,
          SecondaryCaptureDeviceManufacturerModelName=v.choice(vendor.models), SecondaryCaptureDeviceSoftwareVersions="1.0", PatientOrientation="", Laterality="", BurnedInAnnotation="YES",
          LossyImageCompression="00")
    colour = v.chance(0.6)
    return add_pixels(v, h, *v.choice([(512, 512), (1024, 1280), (768, 1024), (100, 100)]), 8, 8, False, 3 if colour else 1, "RGB" if colour else "MONOCHROME2")


def functional_group(v: Values, shared: bool, modality: str, index: int) -> Header:
    group = Header()

    def nested(keyword: str, **attributes) -> None:
        item = Header()
        for name, value in attributes.items():
            item.set(name, value)
        group.set(keyword, [item])

    if shared:
        nested("PixelMeasuresSequence", SliceThickness=v.decimal(1, 5, 1), SpacingBetweenSlices=v.decimal(1, 5, 1), PixelSpacing=["0.9375", "0.9375"])
        nested("PixelValueTransformationSequence", RescaleIntercept="0", RescaleSlope="1", RescaleType="US")
        nested("FrameAnatomySequence", FrameLaterality="U", AnatomicRegionSequence=[code("T-A0100", "SRT", "Brain")])
        if modality == "MR":
            nested("MRTimingAndRelatedParametersSequence", RepetitionTime="2000", FlipAngle="90", EchoTrainLength="1", RFEchoTrainLength=1, GradientEchoTrainLength=63,
                   GradientOutputType="DB_DT", GradientOutput=0.0, SpecificAbsorptionRateDefinition="IEC_WHOLE_BODY", SpecificAbsorptionRateValue=0.1, OperatingModeSequence=[])
            nested("MRFOVGeometrySequence", InPlanePhaseEncodingDirection="COLUMN", MRAcquisitionFrequencyEncodingSteps=64, MRAcquisitionPhaseEncodingStepsInPlane=64,
                   MRAcquisitionPhaseEncodingStepsOutOfPlane=1, PercentSampling="100", PercentPhaseFieldOfView="100")
            nested("MRReceiveCoilSequence", ReceiveCoilName="HeadMatrix", ReceiveCoilManufacturerName="SIEMENS", ReceiveCoilType="MULTICOIL", QuadratureReceiveCoil="NO")
            nested("MRTransmitCoilSequence", TransmitCoilName="Body", TransmitCoilManufacturerName="SIEMENS", TransmitCoilType="BODY")
            nested("MRAveragesSequence", NumberOfAverages="1")
            nested("MRImagingModifierSequence", MagnetizationTransfer="NONE", BloodSignalNulling="NO", Tagging="NONE", TransmitterFrequency=123.2, PixelBandwidth="2442")
            nested("MRModifierSequence", InversionRecovery="NO", FlowCompensation="NONE", Spoiling="NONE", T2Preparation="NO", SpectrallySelectedExcitation="WATER",
                   SpatialPresaturation="NONE", PartialFourier="NO", ParallelAcquisition="NO")
        else:
            nested("CTAcquisitionTypeSequence", AcquisitionType="SPIRAL", TubeAngle=0.0, ConstantVolumeFlag="NO", FluoroscopyFlag="NO")
            nested("CTReconstructionSequence", ReconstructionAlgorithm="FILTER_BACK_PROJ", ConvolutionKernel="B30f", ConvolutionKernelGroup="SOFT", ReconstructionFieldOfView=[350.0, 350.0],
                   ReconstructionPixelSpacing=[0.68, 0.68], ReconstructionAngle=360.0, ImageFilter="NONE")
    else:
        nested("FrameContentSequence", FrameAcquisitionNumber=1, FrameReferenceDateTime=v.date_time(300), FrameAcquisitionDateTime=v.date_time(300 + index), FrameAcquisitionDuration=2000.0,
               StackID="1", InStackPositionNumber=index + 1, TemporalPositionIndex=1, DimensionIndexValues=[1, index + 1, 1])
        nested("PlanePositionSequence", ImagePositionPatient=v.vector(3, -200, 200, 6))
        nested("PlaneOrientationSequence", ImageOrientationPatient=["1", "0", "0", "0", "1", "0"])
        nested("FrameVOILUTSequence", WindowCenter=str(v.integer(100, 900)), WindowWidth=str(v.integer(200, 2000)))
        if modality == "MR":
            nested("MRImageFrameTypeSequence", FrameType=["ORIGINAL", "PRIMARY", "M", "NONE"], PixelPresentation="MONOCHROME", VolumetricProperties="VOLUME",
                   VolumeBasedCalculationTechnique="NONE", ComplexImageComponent="MAGNITUDE", AcquisitionContrast="UNKNOWN")
            nested("MREchoSequence", EffectiveEchoTime=30.0)
        else:
            nested("CTImageFrameTypeSequence", FrameType=["ORIGINAL", "PRIMARY", "VOLUME", "NONE"], PixelPresentation="MONOCHROME", VolumetricProperties="VOLUME",
                   VolumeBasedCalculationTechnique="NONE")
    return group


def add_enhanced(v: Values, vendor: Vendor, h: Header) -> int:
    modality = h.get("Modality")
    h.set("ImageType", ["ORIGINAL", "PRIMARY", v.choice(["M", "VOLUME", "FMRI", "DIFFUSION"]), "NONE"])
    for keyword, value in (("ContentDate", v.study_date), ("ContentTime", v.time(301)), ("AcquisitionDateTime", v.date_time(300)), ("SeriesDescription", v.choice(["ep2d_bold", "WIP DTI", "t1"])),
                           ("AcquisitionDuration", v.random.uniform(10, 600)), ("PixelPresentation", "MONOCHROME"), ("VolumetricProperties", "VOLUME"),
                           ("VolumeBasedCalculationTechnique", "NONE"), ("ContentQualification", "PRODUCT"), ("AcquisitionNumber", "1"), ("BurnedInAnnotation", "NO"),
                           ("LossyImageCompression", "00"), ("PresentationLUTShape", "IDENTITY"), ("PatientPosition", "HFS"), ("FrameOfReferenceUID", v.uid(v.choice(vendor.roots))),
                           ("PositionReferenceIndicator", "")):
        h.set(keyword, value)
    if modality == "MR":
        for keyword, value in (("ComplexImageComponent", "MAGNITUDE"), ("AcquisitionContrast", "UNKNOWN"), ("PulseSequenceName", v.choice(["*epfid2d1_64", "FEEPI"])), ("EchoPulseSequence", "GRADIENT"),
                               ("MultipleSpinEcho", "NO"), ("MultiPlanarExcitation", "NO"), ("PhaseContrast", "NO"), ("TimeOfFlightContrast", "NO"), ("SteadyStatePulseSequence", "NONE"),
                               ("EchoPlanarPulseSequence", "YES"), ("SaturationRecovery", "NO"), ("SpectrallySelectedSuppression", "FAT"), ("OversamplingPhase", "NONE"),
                               ("GeometryOfKSpaceTraversal", "RECTILINEAR"), ("SegmentedKSpaceTraversal", "SINGLE"), ("RectilinearPhaseEncodeReordering", "LINEAR"),
                               ("KSpaceFiltering", "NONE"), ("ResonantNucleus", "1H"), ("ApplicableSafetyStandardAgency", "IEC"), ("MagneticFieldStrength", "3"), ("MRAcquisitionType", "2D"),
                               ("ImageComments", ""), ("NumberOfKSpaceTrajectories", 1), ("CoverageOfKSpace", "FULL"), ("IsocenterPosition", [0.0, 0.0, 0.0])):
            h.set(keyword, value)
    dimension_uid = v.uid(v.choice(vendor.roots))
    organization = Header()
    organization.set("DimensionOrganizationUID", dimension_uid)
    h.set("DimensionOrganizationSequence", [organization])
    indices = []
    for pointer, group, label in ((0x00209056, 0x00209111, "Stack ID"), (0x00209057, 0x00209111, "In-Stack Position Number"), (0x00209128, 0x00209111, "Temporal Position Index")):
        item = Header()
        item.set("DimensionOrganizationUID", dimension_uid)
        item.set("DimensionIndexPointer", pointer)
        item.set("FunctionalGroupPointer", group)
        item.set("DimensionDescriptionLabel", label)
        indices.append(item)
    h.set("DimensionIndexSequence", indices)
    frames = v.integer(2, 8)
    h.set("NumberOfFrames", str(frames))
    h.set("SharedFunctionalGroupsSequence", [functional_group(v, True, modality, 0)])
    h.set("PerFrameFunctionalGroupsSequence", [functional_group(v, False, modality, index) for index in range(frames)])
    h.set("AcquisitionContextSequence", [])
    size = v.choice([64, 128, 256])
    return add_pixels(v, h, size, size, 16, v.choice([12, 16]), False) * frames


def concept(v: Values, relationship: str, value_type: str, name: Header, **attributes) -> Header:
    item = Header()
    item.set("RelationshipType", relationship)
    item.set("ValueType", value_type)
    item.set("ConceptNameCodeSequence", [name])
    for keyword, value in attributes.items():
        item.set(keyword, value)
    return item


def add_report(v: Values, vendor: Vendor, h: Header) -> None:
    h.set("ContentDate", v.study_date)
    h.set("ContentTime", v.time(800))
    h.set("ValueType", "CONTAINER")
    h.set("ConceptNameCodeSequence", [code(*v.choice([("113701", "DCM", "X-Ray Radiation Dose Report"), ("18748-4", "LN", "Diagnostic Imaging Report"), ("126000", "DCM", "Imaging Measurement Report"),
                                                       ("11528-7", "LN", "Radiology Report"), ("125000", "DCM", "OB-GYN Ultrasound Procedure Report")]))])
    h.set("ContinuityOfContent", "SEPARATE")
    h.set("CompletionFlag", v.choice(["COMPLETE", "PARTIAL"]))
    h.set("VerificationFlag", v.choice(["UNVERIFIED", "VERIFIED"]))
    h.set("PerformedProcedureCodeSequence", [])
    h.set("ReferencedPerformedProcedureStepSequence", [])
    template = Header()
    template.set("MappingResource", "DCMR")
    template.set("TemplateIdentifier", v.choice(["10011", "2000", "1500", "5000", "10001"]))
    h.set("ContentTemplateSequence", [template])
    children = [concept(v, "HAS CONCEPT MOD", "CODE", code("121049", "DCM", "Language of Content Item and Descendants"), ConceptCodeSequence=[code("eng", "RFC3066", "English")]),
                concept(v, "HAS OBS CONTEXT", "CODE", code("121005", "DCM", "Observer Type"), ConceptCodeSequence=[code(*v.choice([("121007", "DCM", "Device"), ("121006", "DCM", "Person")]))]),
                concept(v, "HAS OBS CONTEXT", "UIDREF", code("121012", "DCM", "Device Observer UID"), UID=v.uid(v.choice(vendor.roots)))]
    for _ in range(v.integer(1, 8)):
        value = Header()
        value.set("MeasurementUnitsCodeSequence", [code(*v.choice([("mm", "UCUM", "mm"), ("mGy", "UCUM", "mGy"), ("mGycm", "UCUM", "mGycm"), ("s", "UCUM", "s"), ("kV", "UCUM", "kV"), ("mA", "UCUM", "mA")]))])
        value.set("NumericValue", v.decimal(0, 900))
        children.append(concept(v, "CONTAINS", "NUM", code(*v.choice([("113830", "DCM", "Mean CTDIvol"), ("113838", "DCM", "DLP"), ("113733", "DCM", "KVP"), ("113734", "DCM", "X-Ray Tube Current"),
                                                                      ("G-A22A", "SRT", "Length"), ("113824", "DCM", "Exposure Time"), ("121206", "DCM", "Distance")])), MeasuredValueSequence=[value]))
    if v.chance(0.6):
        children.append(concept(v, "CONTAINS", "TEXT", code("121071", "DCM", "Finding"), TextValue=" ".join(v.word() for _ in range(v.integer(3, 30)))))
        children.append(concept(v, "CONTAINS", "IMAGE", code("121080", "DCM", "Best illustration of finding"), ReferencedSOPSequence=[reference("1.2.840.10008.5.1.4.1.1.2", v.uid(v.choice(vendor.roots)))]))
    h.set("ContentSequence", children)


def add_structures(v: Values, vendor: Vendor, h: Header) -> None:
    h.set("StructureSetLabel", v.choice(["CT_1", "AutoPlan", "RTStruct"]))
    h.set("StructureSetDate", v.study_date)
    h.set("StructureSetTime", v.time())
    frame = v.uid(v.choice(vendor.roots))
    names = v.random.sample(["BODY", "PTV", "GTV", "CTV", "Lung_L", "Lung_R", "SpinalCord", "Heart", "Bladder", "Rectum", "FemoralHead_L", "EXTERNAL", "Parotid_L", "BrainStem"], v.integer(2, 6))
    regions, contours, observations = [], [], []
    for number, name in enumerate(names, 1):
        region = Header()
        for keyword, value in (("ROINumber", str(number)), ("ReferencedFrameOfReferenceUID", frame), ("ROIName", name), ("ROIGenerationAlgorithm", v.choice(["", "AUTOMATIC", "SEMIAUTOMATIC", "MANUAL"]))):
            region.set(keyword, value)
        regions.append(region)
        loops = []
        for _ in range(v.integer(1, 3)):
            points = v.integer(4, 30)
            loop = Header()
            loop.set("ContourImageSequence", [reference("1.2.840.10008.5.1.4.1.1.2", v.uid(v.choice(vendor.roots)))])
            loop.set("ContourGeometricType", "CLOSED_PLANAR")
            loop.set("NumberOfContourPoints", str(points))
            loop.set("ContourData", v.vector(points * 3, -300, 300, 2))
            loops.append(loop)
        contour = Header()
        contour.set("ROIDisplayColor", [str(v.integer(0, 255)) for _ in range(3)])
        contour.set("ContourSequence", loops)
        contour.set("ReferencedROINumber", str(number))
        contours.append(contour)
        observation = Header()
        for keyword, value in (("ObservationNumber", str(number)), ("ReferencedROINumber", str(number)), ("ROIObservationLabel", name), ("RTROIInterpretedType", v.choice(["ORGAN", "PTV", "EXTERNAL", ""])),
                               ("ROIInterpreter", "")):
            observation.set(keyword, value)
        observations.append(observation)
    h.set("StructureSetROISequence", regions)
    h.set("ROIContourSequence", contours)
    h.set("RTROIObservationsSequence", observations)
    h.set("ApprovalStatus", v.choice(["UNAPPROVED", "APPROVED"]))


def add_plan(v: Values, vendor: Vendor, h: Header) -> None:
    h.set("RTPlanLabel", v.choice(["Plan1", "Prostate", "B1"]))
    h.set("RTPlanDate", v.study_date)
    h.set("RTPlanTime", v.time())
    h.set("PlanIntent", "CURATIVE")
    h.set("RTPlanGeometry", "PATIENT")
    fractions = Header()
    for keyword, value in (("FractionGroupNumber", "1"), ("NumberOfFractionsPlanned", str(v.integer(1, 40))), ("NumberOfBeams", "1"), ("NumberOfBrachyApplicationSetups", "0")):
        fractions.set(keyword, value)
    h.set("FractionGroupSequence", [fractions])
    beams = []
    for number in range(1, v.integer(2, 5)):
        beam = Header()
        for keyword, value in (("Manufacturer", vendor.name), ("TreatmentMachineName", v.word().title()), ("PrimaryDosimeterUnit", "MU"), ("SourceAxisDistance", "1000"), ("BeamNumber", str(number)),
                               ("BeamName", f"Field {number}"), ("BeamType", v.choice(["STATIC", "DYNAMIC"])), ("RadiationType", "PHOTON"), ("TreatmentDeliveryType", "TREATMENT"), ("NumberOfWedges", "0"),
                               ("NumberOfCompensators", "0"), ("NumberOfBoli", "0"), ("NumberOfBlocks", "0"), ("FinalCumulativeMetersetWeight", "1"), ("NumberOfControlPoints", "2"),
                               ("ReferencedPatientSetupNumber", "1")):
            beam.set(keyword, value)
        points = []
        for index in range(2):
            point = Header()
            for keyword, value in (("ControlPointIndex", str(index)), ("NominalBeamEnergy", v.choice(["6", "18", "10"])), ("DoseRateSet", "600"), ("GantryAngle", str(v.integer(0, 359))),
                                   ("GantryRotationDirection", "NONE"), ("BeamLimitingDeviceAngle", "0"), ("BeamLimitingDeviceRotationDirection", "NONE"), ("PatientSupportAngle", "0"),
                                   ("PatientSupportRotationDirection", "NONE"), ("TableTopEccentricAngle", "0"), ("TableTopEccentricRotationDirection", "NONE"), ("TableTopVerticalPosition", ""),
                                   ("TableTopLongitudinalPosition", ""), ("TableTopLateralPosition", ""), ("IsocenterPosition", v.vector(3, -99, 99, 2)), ("CumulativeMetersetWeight", str(index))):
                point.set(keyword, value)
            points.append(point)
        beam.set("ControlPointSequence", points)
        beams.append(beam)
    h.set("BeamSequence", beams)
    h.set("ReferencedStructureSetSequence", [reference("1.2.840.10008.5.1.4.1.1.481.3", v.uid(v.choice(vendor.roots)))])
    h.set("ApprovalStatus", v.choice(["UNAPPROVED", "APPROVED"]))


def add_dose(v: Values, vendor: Vendor, h: Header) -> int:
    h.set("SliceThickness", "")
    add_plane(v, h, v.choice(vendor.roots))
    frames = v.integer(10, 120)
    h.set("NumberOfFrames", str(frames))
    h.set("FrameIncrementPointer", 0x3004000C)
    h.set("DoseUnits", "GY")
    h.set("DoseType", v.choice(["PHYSICAL", "EFFECTIVE"]))
    h.set("DoseSummationType", v.choice(["PLAN", "BEAM"]))
    h.set("GridFrameOffsetVector", [str(index * 3) for index in range(frames)])
    h.set("DoseGridScaling", f"{v.random.uniform(1e-9, 1e-4):.8e}")
    h.set("TissueHeterogeneityCorrection", "IMAGE")
    h.set("ReferencedRTPlanSequence", [reference("1.2.840.10008.5.1.4.1.1.481.5", v.uid(v.choice(vendor.roots)))])
    return add_pixels(v, h, v.integer(60, 200), v.integer(60, 200), 32, 32, False) * frames


# (weight, modality, vendors' modality, SOP class, generator)
OBJECTS = (
    (26, "CT", "CT", "1.2.840.10008.5.1.4.1.1.2", add_ct),
    (24, "MR", "MR", "1.2.840.10008.5.1.4.1.1.4", add_mr),
    (7, "CR", "CR", "1.2.840.10008.5.1.4.1.1.1", add_projection),
    (7, "DX", "DX", "1.2.840.10008.5.1.4.1.1.1.1", add_projection),
    (5, "MG", "MG", "1.2.840.10008.5.1.4.1.1.1.2", add_mammography),
    (4, "US", "US", "1.2.840.10008.5.1.4.1.1.6.1", add_us),
    (3, "US", "US", "1.2.840.10008.5.1.4.1.1.3.1", add_us),
    (4, "XA", "XA", "1.2.840.10008.5.1.4.1.1.12.1", add_xa),
    (2, "NM", "NM", "1.2.840.10008.5.1.4.1.1.20", add_nuclear),
    (4, "PT", "PT", "1.2.840.10008.5.1.4.1.1.128", add_pet),
    (4, "OT", "SC", "1.2.840.10008.5.1.4.1.1.7", add_capture),
    (3, "MR", "MR", "1.2.840.10008.5.1.4.1.1.4.1", add_enhanced),
    (2, "CT", "CT", "1.2.840.10008.5.1.4.1.1.2.1", add_enhanced),
    (2, "SR", "SR", "1.2.840.10008.5.1.4.1.1.88.33", add_report),
    (1, "SR", "SR", "1.2.840.10008.5.1.4.1.1.88.67", add_report),
    (1, "RTSTRUCT", "RT", "1.2.840.10008.5.1.4.1.1.481.3", add_structures),
    (1, "RTPLAN", "RT", "1.2.840.10008.5.1.4.1.1.481.5", add_plan),
    (1, "RTDOSE", "RT", "1.2.840.10008.5.1.4.1.1.481.2", add_dose),
)
