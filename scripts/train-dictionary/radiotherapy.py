"""Structure sets, plans and doses (PS3.3 A.18 to A.20)."""

from encoding import Header
from modules import add_pixels, add_plane, reference
from values import Values
from vendors import Vendor


def add_structures(v: Values, vendor: Vendor, h: Header) -> None:
    h.set("StructureSetLabel", v.choice(["CT_1", "AutoPlan", "RTStruct"]))
    h.set("StructureSetDate", v.study_date)
    h.set("StructureSetTime", v.time())
    frame = v.uid(v.choice(vendor.roots))
    names = v.random.sample(
        [
            "BODY",
            "PTV",
            "GTV",
            "CTV",
            "Lung_L",
            "Lung_R",
            "SpinalCord",
            "Heart",
            "Bladder",
            "Rectum",
            "FemoralHead_L",
            "EXTERNAL",
            "Parotid_L",
            "BrainStem",
        ],
        v.integer(2, 6),
    )
    regions, contours, observations = [], [], []
    for number, name in enumerate(names, 1):
        region = Header()
        for keyword, value in (
            ("ROINumber", str(number)),
            ("ReferencedFrameOfReferenceUID", frame),
            ("ROIName", name),
            ("ROIGenerationAlgorithm", v.choice(["", "AUTOMATIC", "SEMIAUTOMATIC", "MANUAL"])),
        ):
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
        for keyword, value in (
            ("ObservationNumber", str(number)),
            ("ReferencedROINumber", str(number)),
            ("ROIObservationLabel", name),
            ("RTROIInterpretedType", v.choice(["ORGAN", "PTV", "EXTERNAL", ""])),
            ("ROIInterpreter", ""),
        ):
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
    for keyword, value in (
        ("FractionGroupNumber", "1"),
        ("NumberOfFractionsPlanned", str(v.integer(1, 40))),
        ("NumberOfBeams", "1"),
        ("NumberOfBrachyApplicationSetups", "0"),
    ):
        fractions.set(keyword, value)
    h.set("FractionGroupSequence", [fractions])
    beams = []
    for number in range(1, v.integer(2, 5)):
        beam = Header()
        for keyword, value in (
            ("Manufacturer", vendor.name),
            ("TreatmentMachineName", v.word().title()),
            ("PrimaryDosimeterUnit", "MU"),
            ("SourceAxisDistance", "1000"),
            ("BeamNumber", str(number)),
            ("BeamName", f"Field {number}"),
            ("BeamType", v.choice(["STATIC", "DYNAMIC"])),
            ("RadiationType", "PHOTON"),
            ("TreatmentDeliveryType", "TREATMENT"),
            ("NumberOfWedges", "0"),
            ("NumberOfCompensators", "0"),
            ("NumberOfBoli", "0"),
            ("NumberOfBlocks", "0"),
            ("FinalCumulativeMetersetWeight", "1"),
            ("NumberOfControlPoints", "2"),
            ("ReferencedPatientSetupNumber", "1"),
        ):
            beam.set(keyword, value)
        points = []
        for index in range(2):
            point = Header()
            for keyword, value in (
                ("ControlPointIndex", str(index)),
                ("NominalBeamEnergy", v.choice(["6", "18", "10"])),
                ("DoseRateSet", "600"),
                ("GantryAngle", str(v.integer(0, 359))),
                ("GantryRotationDirection", "NONE"),
                ("BeamLimitingDeviceAngle", "0"),
                ("BeamLimitingDeviceRotationDirection", "NONE"),
                ("PatientSupportAngle", "0"),
                ("PatientSupportRotationDirection", "NONE"),
                ("TableTopEccentricAngle", "0"),
                ("TableTopEccentricRotationDirection", "NONE"),
                ("TableTopVerticalPosition", ""),
                ("TableTopLongitudinalPosition", ""),
                ("TableTopLateralPosition", ""),
                ("IsocenterPosition", v.vector(3, -99, 99, 2)),
                ("CumulativeMetersetWeight", str(index)),
            ):
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
