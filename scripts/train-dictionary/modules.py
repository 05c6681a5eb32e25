"""The modules of PS3.3 as lists of attributes with value shapes: what the information object definitions of every modality share."""

from encoding import Header
from values import Values
from vendors import Vendor

CHARACTER_SETS = ("ISO_IR 100", "ISO_IR 100", "ISO_IR 100", "ISO_IR 192", "ISO_IR 6")
BODY_PARTS = (
    "HEAD",
    "CHEST",
    "ABDOMEN",
    "BRAIN",
    "SPINE",
    "CSPINE",
    "LSPINE",
    "PELVIS",
    "KNEE",
    "NECK",
    "HEART",
    "BREAST",
    "SHOULDER",
    "HAND",
    "EXTREMITY",
)
STUDIES = (
    "CT HEAD W/O CONTRAST",
    "CT CHEST WITH CONTRAST",
    "CT ABDOMEN PELVIS",
    "Thorax",
    "Abdomen",
    "MR BRAIN W/WO CONTRAST",
    "MRI BRAIN",
    "Head^Routine",
    "CHEST PA AND LATERAL",
    "XR CHEST 1 VIEW",
    "US ABDOMEN COMPLETE",
    "BILATERAL SCREENING MAMMOGRAM",
    "Thorax^ThorRoutine (Adult)",
    "PET/CT WHOLE BODY",
    "Abdomen^AbdRoutine (Adult)",
    "Head^HeadSeq (Adult)",
    "RESEARCH^BRAIN",
    "L-SPINE",
    "CT HEAD",
    "KNEE RIGHT",
)


def present(value):
    """Type 2 attributes are there with no value as often as not."""
    return "" if value is None else value


def add_meta(v: Values, vendor: Vendor, transfer_syntax: str, header: Header, archives) -> Header:
    meta = Header()
    implementation = v.choice(vendor.implementations if v.chance(0.6) else archives)
    meta.set("FileMetaInformationVersion", b"\0\1")
    meta.set("MediaStorageSOPClassUID", header.get("SOPClassUID"))
    meta.set("MediaStorageSOPInstanceUID", header.get("SOPInstanceUID"))
    meta.set("TransferSyntaxUID", transfer_syntax)
    meta.set("ImplementationClassUID", implementation[0])
    meta.set("ImplementationVersionName", implementation[1])
    if v.chance(0.4):
        meta.set(
            "SourceApplicationEntityTitle", v.choice([v.word().upper(), "ANY-SCP", "STORESCU", "PACS", "CTWS" + v.digits(2), "AE_TITLE"])
        )
    return meta


def add_general(v: Values, vendor: Vendor, h: Header, modality: str, sop_class: str) -> None:
    """Patient, general study, series, equipment and SOP common (PS3.3 C.7.1 to C.7.5, C.12.1)."""
    root = v.choice(vendor.roots)
    if "1107.5" in root:
        root += "." + v.digits(5)
    study, series = v.uid(root), v.uid(root)
    if v.chance(0.92):
        h.set("SpecificCharacterSet", v.choice(CHARACTER_SETS))
    if v.chance(0.5):
        h.set("InstanceCreationDate", v.study_date)
        h.set("InstanceCreationTime", v.time(400))
        if v.chance(0.3):
            h.set("InstanceCreatorUID", v.choice(vendor.roots))
    h.set("SOPClassUID", sop_class)
    h.set("SOPInstanceUID", v.uid(root))
    h.set("StudyDate", v.study_date)
    h.set("StudyTime", v.time())
    if v.chance(0.9):
        h.set("SeriesDate", v.study_date)
        h.set("SeriesTime", v.time(v.integer(0, 900)))
    h.set("AccessionNumber", v.choice(["", v.digits(8), v.digits(7), v.letters(2) + v.digits(6)]))
    h.set("Modality", modality)
    h.set("Manufacturer", vendor.name)
    if v.chance(0.8):
        h.set(
            "InstitutionName",
            v.choice(
                [
                    v.word().title() + " Hospital",
                    "Hospital",
                    v.word().title() + " Medical Center",
                    "University Hospital",
                    v.word().title() + " Imaging",
                ]
            ),
        )
        if v.chance(0.4):
            h.set(
                "InstitutionAddress",
                v.choice(["", f"{v.word().title()} Street {v.integer(1, 99)},{v.word().title()},District,US,{v.digits(5)}", "StreetNo"]),
            )
    h.set("ReferringPhysicianName", v.choice(["", v.person(), v.person()]))
    if v.chance(0.1):
        h.set("TimezoneOffsetFromUTC", v.choice(["+0000", "-0500", "+0100", "+0200"]))
    if v.chance(0.75):
        h.set("StationName", v.choice([v.letters(4) + v.digits(2), "MEDPC", "MRC" + v.digits(5), "ct99", "CTAWP" + v.digits(5), "console"]))
    if v.chance(0.85):
        h.set("StudyDescription", v.choice(STUDIES))
    if v.chance(0.15):
        h.set("ProcedureCodeSequence", [code(v.digits(6), "99" + v.letters(3), v.choice(STUDIES))])
    if v.chance(0.4):
        h.set("InstitutionalDepartmentName", v.choice(["Radiology", "Department", "RADIOLOGY", "MRI", ""]))
    if v.chance(0.3):
        h.set("PhysiciansOfRecord", v.choice(["", v.person()]))
    if v.chance(0.35):
        h.set("PerformingPhysicianName", v.choice(["", v.person()]))
    if v.chance(0.25):
        h.set("NameOfPhysiciansReadingStudy", v.choice(["", v.person()]))
    if v.chance(0.5):
        h.set("OperatorsName", v.choice(["", v.person(), v.letters(2)]))
    if v.chance(0.85):
        h.set("ManufacturerModelName", v.choice(vendor.models))
    if v.chance(0.35):
        h.set("ReferencedStudySequence", [reference("1.2.840.10008.3.1.2.3.1", study)] if v.chance(0.7) else [])
    if v.chance(0.25):
        h.set("ReferencedPerformedProcedureStepSequence", [reference("1.2.840.10008.3.1.2.3.3", v.uid(root))])
    h.set("PatientName", v.person())
    h.set("PatientID", v.choice([v.digits(7), v.digits(8), v.digits(10), v.letters(2) + v.digits(6)]))
    if v.chance(0.1):
        h.set("IssuerOfPatientID", v.word().upper())
    h.set("PatientBirthDate", v.choice([v.birth_date(), v.birth_date(), ""]))
    h.set("PatientSex", v.choice(["M", "F", "M", "F", "O", ""]))
    if v.chance(0.15):
        h.set("OtherPatientIDs", v.digits(8))
    if v.chance(0.75):
        h.set("PatientAge", f"{v.integer(1, 95):03}Y")
    if v.chance(0.25):
        h.set("PatientSize", v.choice(["", v.decimal(1.4, 2, 2)]))
    if v.chance(0.6):
        h.set("PatientWeight", v.choice(["", str(v.integer(40, 120)), v.decimal(40, 120, 3), v.decimal(40, 120, 6)]))
    if v.chance(0.2):
        h.set("MedicalAlerts", v.choice(["", "None"]))
        h.set("Allergies", v.choice(["", "None"]))
    if v.chance(0.2):
        h.set("Occupation", "")
    if v.chance(0.4):
        h.set("AdditionalPatientHistory", v.choice(["", "R/O " + v.word().upper(), "PAIN"]))
    if v.chance(0.3):
        h.set("PregnancyStatus", v.choice([1, 2, 4]))
    if v.chance(0.15):
        h.set("PatientComments", "")
    if v.chance(0.6):
        h.set("DeviceSerialNumber", v.choice([v.digits(5), v.digits(6), v.digits(16)]))
    if v.chance(0.85):
        h.set("SoftwareVersions", v.choice(vendor.software))
    if v.chance(0.2):
        h.set("DateOfLastCalibration", f"{v.year}0{v.integer(1, 9)}{v.integer(10, 28)}")
        h.set("TimeOfLastCalibration", v.time(-7000))
    h.set("StudyInstanceUID", study)
    h.set("SeriesInstanceUID", series)
    h.set("StudyID", v.choice(["", v.digits(4), v.digits(5), "1", v.digits(8)]))
    h.set("SeriesNumber", str(v.integer(1, 12)) if v.chance(0.85) else v.digits(3))
    h.set("InstanceNumber", str(v.integer(1, 300)))
    if v.chance(0.3):
        h.set("ImagesInAcquisition", str(v.integer(1, 300)))
    if v.chance(0.2):
        h.set("RequestingPhysician", v.choice(["", v.person()]))
        h.set("RequestingService", "")
    if v.chance(0.2):
        h.set("RequestedProcedureDescription", v.choice(STUDIES))
    if v.chance(0.1):
        h.set("RequestedContrastAgent", "")
    if v.chance(0.1):
        h.set("CurrentPatientLocation", v.choice(["", "ER", "WARD"]))
    if v.chance(0.4):
        add_performed_step(v, h)


def add_performed_step(v: Values, h: Header) -> None:
    h.set("PerformedProcedureStepStartDate", v.study_date)
    h.set("PerformedProcedureStepStartTime", v.time())
    if v.chance(0.4):
        h.set("PerformedProcedureStepEndDate", v.study_date)
        h.set("PerformedProcedureStepEndTime", v.time(900))
    h.set("PerformedProcedureStepID", v.choice(["PPS ID " + v.digits(5), "MR" + v.study_date + v.digits(6), v.digits(8)]))
    h.set("PerformedProcedureStepDescription", v.choice(STUDIES))
    if v.chance(0.5):
        item = Header()
        item.set("ScheduledProcedureStepDescription", v.choice(STUDIES))
        item.set("ScheduledProtocolCodeSequence", [])
        item.set("ScheduledProcedureStepID", v.digits(8))
        item.set("RequestedProcedureID", v.digits(8))
        item.set("RequestedProcedureDescription", v.choice(STUDIES))
        h.set("RequestAttributesSequence", [item])
    if v.chance(0.2):
        h.set("CommentsOnThePerformedProcedureStep", "")


def reference(sop_class: str, instance: str) -> Header:
    item = Header()
    item.set("ReferencedSOPClassUID", sop_class)
    item.set("ReferencedSOPInstanceUID", instance)
    return item


def code(value: str, scheme: str, meaning: str) -> Header:
    item = Header()
    item.set("CodeValue", value)
    item.set("CodingSchemeDesignator", scheme)
    item.set("CodeMeaning", meaning)
    return item


ORIENTATIONS = (
    ["1", "0", "0", "0", "1", "0"],
    ["1.000000", "0.000000", "0.000000", "0.000000", "1.000000", "0.000000"],
    ["1.00000", "0.00000", "0.00000", "0.00000", "1.00000", "0.00000"],
    ["1", "0", "0", "0", "0", "-1"],
    ["0", "1", "0", "0", "0", "-1"],
    ["1.000000", "0.000000", "0.000000", "0.000000", "0.000000", "-1.000000"],
)


def add_plane(v: Values, h: Header, root: str) -> None:
    """Image plane and frame of reference (PS3.3 C.7.6.2, C.7.4.1)."""
    places = v.choice([1, 3, 5, 6, 8])
    h.set("ImagePositionPatient", v.vector(3, -250, 250, places))
    h.set("ImageOrientationPatient", v.choice(ORIENTATIONS) if v.chance(0.7) else v.vector(6, -1, 1, v.choice([6, 8, 9])))
    h.set("FrameOfReferenceUID", v.uid(root))
    h.set("PositionReferenceIndicator", v.choice(["", "", "SN", "OM", "XY", "BB"]))
    if v.chance(0.85):
        h.set("SliceLocation", v.decimal(-300, 300, places))
    h.set(
        "PixelSpacing",
        v.choice(
            [
                [s, s]
                for s in (
                    "0.488281",
                    "0.703125",
                    "0.976562",
                    "0.78125",
                    "0.9765625",
                    "0.6875",
                    "0.8984375",
                    "0.46875",
                    "1",
                    "0.9375",
                    v.decimal(0.2, 1, 6),
                )
            ]
        ),
    )


def add_pixels(
    v: Values, h: Header, rows: int, columns: int, bits: int, stored: int, signed: bool, samples: int = 1, photometric: str = "MONOCHROME2"
) -> int:
    """Image pixel (PS3.3 C.7.6.3); returns the length of Pixel Data in bytes for one frame."""
    h.set("SamplesPerPixel", samples)
    h.set("PhotometricInterpretation", photometric)
    if samples > 1:
        h.set("PlanarConfiguration", 0)
    h.set("Rows", rows)
    h.set("Columns", columns)
    h.set("BitsAllocated", bits)
    h.set("BitsStored", stored)
    h.set("HighBit", stored - 1)
    h.set("PixelRepresentation", int(signed))
    if samples == 1 and v.chance(0.45):
        vr = "SS" if signed else "US"
        low = -v.integer(0, 2000) if signed else 0
        h.set("SmallestImagePixelValue", low, vr)
        h.set("LargestImagePixelValue", v.integer(100, 4095) if stored > 8 else 255, vr)
    return rows * columns * samples * bits // 8


def add_window(v: Values, h: Header, center: str, width: str) -> None:
    h.set("WindowCenter", center)
    h.set("WindowWidth", width)


def maybe(v: Values, h: Header, probability: float, **attributes) -> None:
    for keyword, value in attributes.items():
        if v.chance(probability):
            h.set(keyword, present(value))
