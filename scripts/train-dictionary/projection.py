"""CR, DX, MG and XA images (PS3.3 A.2, A.26, A.27, A.14). Each generator returns the length of one frame's pixels."""

from encoding import Header
from modules import BODY_PARTS, add_pixels, add_window, code, maybe
from private_blocks import HOLOGIC, add_blocks
from values import Values
from vendors import Vendor


def add_projection(v: Values, vendor: Vendor, h: Header, mammography: bool = False) -> int:
    """CR, DX and MG."""
    modality = h.get("Modality")
    h.set(
        "ImageType",
        v.choice([["DERIVED", "PRIMARY"], ["ORIGINAL", "PRIMARY"], ["DERIVED", "PRIMARY", "POST_PROCESSED"], ["ORIGINAL", "PRIMARY", ""]]),
    )
    h.set("AcquisitionDate", v.study_date)
    h.set("ContentDate", v.study_date)
    h.set("AcquisitionTime", v.time(120))
    h.set("ContentTime", v.time(125))
    if modality != "CR":
        h.set("PresentationIntentType", v.choice(["FOR PRESENTATION", "FOR PRESENTATION", "FOR PROCESSING"]))
    h.set(
        "SeriesDescription",
        v.choice(
            ["R CC", "L MLO", "L CC", "R MLO"]
            if mammography
            else ["CHEST PA", "PA", "LAT", "CHEST LAT", "AP", "Knee AP", "W033 CHEST PORT", "Chest a.p."]
        ),
    )
    h.set("BodyPartExamined", "BREAST" if mammography else v.choice(BODY_PARTS))
    h.set("KVP", v.choice(["29", "28", "30"] if mammography else ["125", "120", "85", "70", "60"]))
    maybe(
        v,
        h,
        0.6,
        DistanceSourceToDetector=v.choice(["660", "650"] if mammography else ["1800", "1150", "1830"]),
        DistanceSourceToPatient=v.choice(["660", "1750"]),
    )
    maybe(
        v,
        h,
        0.75,
        ExposureTime=str(v.integer(2, 1500)),
        XRayTubeCurrent=str(v.integer(50, 500)),
        Exposure=str(v.integer(1, 120)),
        ExposureInuAs=str(v.integer(500, 99999)),
        RelativeXRayExposure=str(v.integer(100, 2000)),
        ImagerPixelSpacing=v.choice(
            [["0.143", "0.143"], ["0.1", "0.1"], ["0.07", "0.07"], ["0.094090909", "0.094090909"], ["0.15", "0.15"]]
        ),
        Grid=v.choice(["FOCUSED", "RECIPROCATING", "NONE", "IN"]),
        FocalSpots=v.choice(["0.3", "0.6", "1.2"]),
    )
    if mammography:
        maybe(
            v,
            h,
            0.9,
            AnodeTargetMaterial=v.choice(["MOLYBDENUM", "RHODIUM", "TUNGSTEN"]),
            BodyPartThickness=str(v.integer(20, 90)),
            CompressionForce=v.decimal(40, 180, 2),
            FilterMaterial=v.choice(["RHODIUM", "MOLYBDENUM", "SILVER"]),
            ExposureControlMode="AUTOMATIC",
            HalfValueLayer="0.4",
            OrganDose=v.decimal(0.005, 0.03, 5),
            PositionerType="MAMMOGRAPHIC",
            PositionerPrimaryAngle=v.choice(["0", "45", "-45"]),
            BreastImplantPresent="NO",
            EntranceDoseInmGy=v.decimal(2, 12, 3),
        )
        h.set(
            "ViewCodeSequence",
            [
                code(
                    *v.choice(
                        [
                            ("R-10242", "SNM3", "cranio-caudal"),
                            ("R-10226", "SNM3", "medio-lateral oblique"),
                            ("R-10242", "SRT", "cranio-caudal"),
                        ]
                    )
                )
            ],
        )
        h.set("ViewPosition", v.choice(["CC", "MLO"]))
        h.set(
            "AnatomicRegionSequence",
            [code(*v.choice([("T-04000", "SNM3", "Breast"), ("T-04000", "SRT", "Breast"), ("76752008", "SCT", "Breast")]))],
        )
    else:
        maybe(
            v,
            h,
            0.7,
            ViewPosition=v.choice(["PA", "AP", "LL", "LATERAL", ""]),
            PlateID=v.digits(10),
            CassetteOrientation=v.choice(["PORTRAIT", "LANDSCAPE"]),
            CassetteSize=v.choice(["35CMX43CM", "24CMX30CM", "14INX17IN"]),
            AcquisitionDeviceProcessingDescription=v.choice(["CHEST,FRN  P->A", "VIPS", "UNIQUE: S:100.L:1.0"]),
            AcquisitionDeviceProcessingCode=v.digits(4),
            Sensitivity=str(v.integer(100, 900)),
        )
    maybe(
        v,
        h,
        0.6,
        DetectorTemperature=v.decimal(20, 40, 1),
        DetectorType=v.choice(["SCINTILLATOR", "DIRECT"]),
        DetectorConfiguration="AREA",
        DetectorID=v.letters(4) + v.digits(5),
        DateOfLastDetectorCalibration=v.study_date,
        FieldOfViewShape="RECTANGLE",
        FieldOfViewDimensions=["293", "239"],
        FieldOfViewOrigin=["0.0", "0.0"],
        FieldOfViewRotation="0",
        FieldOfViewHorizontalFlip="NO",
        DetectorActiveShape="RECTANGLE",
        PatientOrientation=v.choice([["A", "FR"], ["P", "FL"], ["L", "F"], ["A", "R"]]),
    )
    maybe(
        v,
        h,
        0.6,
        AcquisitionNumber="1",
        ImageLaterality=v.choice(["L", "R", "U"]),
        BurnedInAnnotation="NO",
        LossyImageCompression="00",
        PresentationLUTShape=v.choice(["IDENTITY", "INVERSE"]),
        PixelIntensityRelationship=v.choice(["LOG", "LIN"]),
        RescaleIntercept="0",
        RescaleSlope="1",
        RescaleType="US",
        PixelSpacing=["0.143", "0.143"],
        CollimatorShape="RECTANGULAR",
        CollimatorLeftVerticalEdge="1",
        CollimatorRightVerticalEdge=str(v.integer(1000, 3000)),
        CollimatorUpperHorizontalEdge="1",
        CollimatorLowerHorizontalEdge=str(v.integer(1000, 3000)),
        PixelAspectRatio=["1", "1"],
        ViewCodeSequence=[],
        ImageComments="",
        QualityControlImage="NO",
    )
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


def add_xa(v: Values, vendor: Vendor, h: Header) -> int:
    h.set(
        "ImageType",
        v.choice(
            [
                ["ORIGINAL", "PRIMARY", "SINGLE PLANE"],
                ["DERIVED", "PRIMARY", "SINGLE PLANE", "SINGLE A"],
                ["ORIGINAL", "PRIMARY", "BIPLANE A"],
            ]
        ),
    )
    maybe(
        v,
        h,
        0.85,
        AcquisitionDate=v.study_date,
        ContentDate=v.study_date,
        AcquisitionTime=v.time(90),
        ContentTime=v.time(91),
        SeriesDescription=v.choice(["Coro 15 fps", "LV Angio", "DSA"]),
        KVP=str(v.integer(60, 110)),
        DistanceSourceToDetector=str(v.integer(950, 1200)),
        DistanceSourceToPatient=v.choice(["785", "765"]),
        ExposureTime=str(v.integer(3, 900)),
        XRayTubeCurrent=str(v.integer(100, 900)),
        AveragePulseWidth=v.decimal(3, 12, 2),
        RadiationSetting=v.choice(["GR", "SC"]),
        RadiationMode="PULSED",
        IntensifierSize=v.choice(["200", "250", "220"]),
        ImagerPixelSpacing=v.choice([["0.184", "0.184"], ["0.2", "0.2"], ["0.308", "0.308"]]),
        PositionerMotion=v.choice(["STATIC", "DYNAMIC"]),
        FrameTime=v.choice(["66.67", "33.33", "133"]),
        PositionerPrimaryAngle=v.decimal(-60, 60, 1),
        PositionerSecondaryAngle=v.decimal(-40, 40, 1),
        ShutterShape="RECTANGULAR",
        ShutterLeftVerticalEdge="1",
        ShutterRightVerticalEdge="512",
        ShutterUpperHorizontalEdge="1",
        ShutterLowerHorizontalEdge="512",
        CineRate=v.choice(["15", "30", "7"]),
        RecommendedDisplayFrameRate="15",
        BodyPartExamined="HEART",
        TableMotion="STATIC",
        PatientOrientation="",
        PixelIntensityRelationship=v.choice(["LIN", "LOG", "DISP"]),
        FieldOfViewShape="RECTANGLE",
        FieldOfViewDimensions="200",
        RepresentativeFrameNumber=v.integer(1, 30),
    )
    h.set("NumberOfFrames", str(v.integer(1, 120)))
    h.set("FrameIncrementPointer", 0x00181063)
    size = v.choice([512, 1024, 960])
    length = add_pixels(v, h, size, size, *v.choice([(8, 8), (16, 10), (16, 12)]), False)
    add_window(v, h, v.choice(["128", "512", "2048"]), v.choice(["256", "1024", "4096"]))
    return length
