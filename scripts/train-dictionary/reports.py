"""Structured reports (PS3.3 A.35)."""

from encoding import Header
from modules import code, reference
from values import Values
from vendors import Vendor


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
    h.set(
        "ConceptNameCodeSequence",
        [
            code(
                *v.choice(
                    [
                        ("113701", "DCM", "X-Ray Radiation Dose Report"),
                        ("18748-4", "LN", "Diagnostic Imaging Report"),
                        ("126000", "DCM", "Imaging Measurement Report"),
                        ("11528-7", "LN", "Radiology Report"),
                        ("125000", "DCM", "OB-GYN Ultrasound Procedure Report"),
                    ]
                )
            )
        ],
    )
    h.set("ContinuityOfContent", "SEPARATE")
    h.set("CompletionFlag", v.choice(["COMPLETE", "PARTIAL"]))
    h.set("VerificationFlag", v.choice(["UNVERIFIED", "VERIFIED"]))
    h.set("PerformedProcedureCodeSequence", [])
    h.set("ReferencedPerformedProcedureStepSequence", [])
    template = Header()
    template.set("MappingResource", "DCMR")
    template.set("TemplateIdentifier", v.choice(["10011", "2000", "1500", "5000", "10001"]))
    h.set("ContentTemplateSequence", [template])
    children = [
        concept(
            v,
            "HAS CONCEPT MOD",
            "CODE",
            code("121049", "DCM", "Language of Content Item and Descendants"),
            ConceptCodeSequence=[code("eng", "RFC3066", "English")],
        ),
        concept(
            v,
            "HAS OBS CONTEXT",
            "CODE",
            code("121005", "DCM", "Observer Type"),
            ConceptCodeSequence=[code(*v.choice([("121007", "DCM", "Device"), ("121006", "DCM", "Person")]))],
        ),
        concept(v, "HAS OBS CONTEXT", "UIDREF", code("121012", "DCM", "Device Observer UID"), UID=v.uid(v.choice(vendor.roots))),
    ]
    for _ in range(v.integer(1, 8)):
        value = Header()
        value.set(
            "MeasurementUnitsCodeSequence",
            [
                code(
                    *v.choice(
                        [
                            ("mm", "UCUM", "mm"),
                            ("mGy", "UCUM", "mGy"),
                            ("mGycm", "UCUM", "mGycm"),
                            ("s", "UCUM", "s"),
                            ("kV", "UCUM", "kV"),
                            ("mA", "UCUM", "mA"),
                        ]
                    )
                )
            ],
        )
        value.set("NumericValue", v.decimal(0, 900))
        children.append(
            concept(
                v,
                "CONTAINS",
                "NUM",
                code(
                    *v.choice(
                        [
                            ("113830", "DCM", "Mean CTDIvol"),
                            ("113838", "DCM", "DLP"),
                            ("113733", "DCM", "KVP"),
                            ("113734", "DCM", "X-Ray Tube Current"),
                            ("G-A22A", "SRT", "Length"),
                            ("113824", "DCM", "Exposure Time"),
                            ("121206", "DCM", "Distance"),
                        ]
                    )
                ),
                MeasuredValueSequence=[value],
            )
        )
    if v.chance(0.6):
        children.append(
            concept(v, "CONTAINS", "TEXT", code("121071", "DCM", "Finding"), TextValue=" ".join(v.word() for _ in range(v.integer(3, 30))))
        )
        children.append(
            concept(
                v,
                "CONTAINS",
                "IMAGE",
                code("121080", "DCM", "Best illustration of finding"),
                ReferencedSOPSequence=[reference("1.2.840.10008.5.1.4.1.1.2", v.uid(v.choice(vendor.roots)))],
            )
        )
    h.set("ContentSequence", children)
