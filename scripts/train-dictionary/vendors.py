"""Manufacturers as their public conformance statements describe them: names, products, roots of unique identifiers, writers' names."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Vendor:
    name: str
    models: tuple[str, ...]
    roots: tuple[str, ...]
    implementations: tuple[tuple[str, str], ...]
    software: tuple[str, ...]
    modalities: tuple[str, ...]


GE = "GE MEDICAL SYSTEMS"
SIEMENS = "SIEMENS"
PHILIPS = "Philips Medical Systems"

VENDORS = (
    Vendor(
        GE,
        (
            "LightSpeed VCT",
            "LightSpeed16",
            "LightSpeed QX/i",
            "LightSpeed Plus",
            "BrightSpeed",
            "Optima CT660",
            "Revolution CT",
            "Revolution EVO",
            "Discovery CT750 HD",
            "HiSpeed CT/i",
            "HiSpeed NX/i",
        ),
        ("1.2.840.113619.2.55.3", "1.2.840.113619.2.80", "1.2.840.113619.2.30.1", "1.2.840.113619.2.278.3", "1.2.840.113619.2.327.3"),
        (
            ("1.2.840.113619.6.55", "GE_CT_1.0"),
            ("1.2.840.113619.6.80", "MergeCOM3_390"),
            ("1.2.840.113619.6.2", "1_2_5"),
            ("1.2.840.113619.6.353", "DTF_3.0"),
        ),
        ("05.3.1", "07MW11.10", "12HW14.6", "gmp_vct.42", "qin.3", "sles_hde.126"),
        ("CT",),
    ),
    Vendor(
        GE,
        (
            "SIGNA EXCITE",
            "Signa HDxt",
            "DISCOVERY MR750",
            "DISCOVERY MR750w",
            "Optima MR450w",
            "SIGNA Architect",
            "SIGNA Premier",
            "GENESIS_SIGNA",
            "SIGNA Artist",
        ),
        ("1.2.840.113619.2.176.2025", "1.2.840.113619.2.283", "1.2.840.113619.2.353", "1.2.840.113619.2.312.4120"),
        (("1.2.840.113619.6.236", "GE_MR_Dicom_16.0"), ("1.2.840.113619.6.336", "GE_MR_Dicom_25.0")),
        (
            "24\\LX\\MR Software release:DV24.0_R01_1344.a",
            "15\\LX\\MR Software release:15.0_M4_0910.a",
            "27\\LX\\MR Software release:RX27.2_R02_1831.b",
        ),
        ("MR",),
    ),
    Vendor(
        SIEMENS,
        (
            "SOMATOM Definition",
            "SOMATOM Definition AS+",
            "SOMATOM Definition Flash",
            "SOMATOM Force",
            "Sensation 64",
            "Sensation 16",
            "Emotion 6",
            "Emotion 16",
            "SOMATOM go.Up",
            "Volume Zoom",
        ),
        ("1.3.12.2.1107.5.1.4",),
        (
            ("1.3.12.2.1107.5.99.2", "SIEMENS_MED"),
            ("1.3.12.2.1107.5.1.4", "SIEMENS_S7VA44A"),
            ("1.3.12.2.1107.5.9.20000101", "SIEMENS_SWFVB40A"),
        ),
        ("syngo CT 2012B", "syngo CT 2007C", "VA44A", "VB40A", "syngo CT VA48A"),
        ("CT",),
    ),
    Vendor(
        SIEMENS,
        ("TrioTim", "Avanto", "Verio", "Skyra", "Prisma", "Prisma_fit", "Aera", "Espree", "Symphony", "MAGNETOM Vida", "Biograph_mMR"),
        ("1.3.12.2.1107.5.2.32", "1.3.12.2.1107.5.2.43", "1.3.12.2.1107.5.2.19", "1.3.12.2.1107.5.2.30", "1.3.12.2.1107.5.2.18"),
        (
            ("1.3.12.2.1107.5.2", "MR_VB17A"),
            ("1.3.12.2.1107.5.2", "MR_VD13D"),
            ("1.3.12.2.1107.5.2", "MR_VE11C"),
            ("1.3.12.2.1107.5.2", "MR_VB13A"),
        ),
        ("syngo MR B17", "syngo MR D13D", "syngo MR E11", "syngo MR B13 4VB13A", "syngo MR XA11", "syngo MR 2004A 4VA25A"),
        ("MR",),
    ),
    Vendor(
        SIEMENS,
        (
            "AXIOM-Artis",
            "Fluorospot Compact FD",
            "Biograph 64",
            "Biograph128_mCT",
            "SC2000",
            "ACUSON S2000",
            "Symbia",
            "MAMMOMAT Inspiration",
        ),
        ("1.3.12.2.1107.5.4.5", "1.3.12.2.1107.5.3.33", "1.3.12.2.1107.5.6.1", "1.3.12.2.1107.5.12.7"),
        (("1.3.12.2.1107.5.4", "SIEMENS_AXA_VC14"), ("1.3.12.2.1107.5.12", "SIEMENS_FLC_1"), ("1.3.12.2.1107.5.6", "SIEMENS_PETVG60")),
        ("VC14G 080609", "VA20C", "VG60A", "VC21B"),
        ("XA", "DX", "PT", "US", "NM", "MG", "CR"),
    ),
    Vendor(
        PHILIPS,
        ("Achieva", "Ingenia", "Intera", "Ingenia Elition X", "Achieva dStream", "Gyroscan Intera"),
        ("1.3.46.670589.11", "1.3.46.670589.11.17240.5", "1.3.46.670589.11.42123.5"),
        (
            ("1.3.46.670589.11.0.0.51.4.3.2", "Philips MR 53.1"),
            ("1.3.46.670589.11.0.0.51.4.5.1", "Philips MR 51.7"),
            ("1.3.46.670589.11.8.9.6", "Philips MR 56.1"),
        ),
        ("5.3.1\\5.3.1.0", "3.2.1\\3.2.1.1", "5.1.7\\5.1.7.2", "2.6.3\\2.6.3.9"),
        ("MR",),
    ),
    Vendor(
        "Philips",
        ("Brilliance 64", "Brilliance 16", "iCT 256", "Ingenuity CT", "Mx8000 IDT 16", "Brilliance Big Bore"),
        ("1.3.46.670589.33.1", "1.2.840.113704.1.111", "1.2.840.113704.7.1.1"),
        (("1.2.840.113704.7.0.2", "OTHER_2.3"), ("1.3.46.670589.33.1.0", "PHILIPS_CT_1")),
        ("3.6.7", "2.3.0", "4.1.6", "3.2"),
        ("CT",),
    ),
    Vendor(
        PHILIPS,
        ("DigitalDiagnost", "Integris Allura Flat Detector", "AlluraXper", "iU22", "EPIQ 7C", "GEMINI TF", "digital DIAGNOST", "PCR Eleva"),
        ("1.3.46.670589.30.1.6", "1.3.46.670589.28", "1.2.840.113663.1500.1", "1.3.46.670589.26"),
        (("1.3.46.670589.30.1.6.1", "PHILIPS_DXR_1"), ("1.3.46.670589.17", "PMS_ICAP_1"), ("1.2.840.113663.1500.1.0", "PHILIPS_UL_5")),
        ("1.1.2\\PMS81.101.1.1 GXR GXRIM4.0", "PMS5.1.2", "1.0.3"),
        ("DX", "CR", "XA", "US", "PT"),
    ),
    Vendor(
        "TOSHIBA",
        ("Aquilion", "Aquilion ONE", "Aquilion PRIME", "Asteion", "Alexion"),
        ("1.2.392.200036.9116.2.5.1", "1.2.392.200036.9116.2.6.1"),
        (("1.2.392.200036.9116.7.8.1", "TM_CT_CMW_V2.04"), ("1.2.392.200036.9116.2.5", "TM_CT_PACK_1")),
        ("V3.35ER003", "V4.74", "V2.04ER001"),
        ("CT",),
    ),
    Vendor(
        "TOSHIBA_MEC",
        ("Vantage Titan", "TUS-A500", "SSA-770A", "Infinix", "MRT200PP3"),
        ("1.2.392.200036.9116.4", "1.2.392.200036.9116.6"),
        (("1.2.392.200036.9116.4.1", "TM_MR_DCM_V1.0"), ("1.2.392.200036.9116.6.1", "TM_US_1")),
        ("V2.10", "V3.0*R001"),
        ("MR", "US", "XA"),
    ),
    Vendor(
        "Canon Medical Systems",
        ("Aquilion Prime SP", "Aquilion ONE GENESIS", "Aplio i800"),
        ("1.2.392.200036.9116.2.6.1",),
        (("1.2.392.200036.9116.2.6", "TM_CT_PACK_2"),),
        ("V8.4", "V10.2"),
        ("CT", "US"),
    ),
    Vendor(
        "GE Healthcare",
        ("LOGIQ E9", "Vivid E9", "Voluson E8", "Senographe DS ADS_54.11", "Discovery 690", "Definium 6000", "Innova 3100", "Optima XR640"),
        ("1.2.840.113619.2.110.1", "1.2.840.113619.2.66", "1.2.840.113619.2.203", "1.2.840.113619.2.300"),
        (("1.2.840.113619.6.242", "LOGIQE9_4"), ("1.2.276.0.7230010.3.0.3.5.4", "OFFIS_DCMTK_354"), ("1.2.840.113619.6.90", "GE_DX_1")),
        ("LOGIQ E9:R5.2.0", "Ads Application Package VERSION ADS_54.11", "112.2", "DM_Platform_release_34"),
        ("US", "DX", "MG", "XA", "PT", "NM", "CR"),
    ),
    Vendor(
        "HOLOGIC, Inc.",
        ("Selenia Dimensions", "Lorad Selenia"),
        ("1.2.840.113681.2750824978",),
        (("1.2.840.113681.1", "HOLOGIC_DIM_1"),),
        ("AWS:MAMMODROC_3_4_1_8", "1.8.3.63"),
        ("MG",),
    ),
    Vendor(
        "FUJIFILM Corporation",
        ("DR-ID 1200", "5000R", "FCR XG-1", "AMULET Innovality"),
        ("1.2.392.200036.9125.9", "1.2.392.200036.9125.2"),
        (("1.2.392.200036.9125.5342", "FDXT_1.0"),),
        ("A18-00", "V11.0"),
        ("CR", "DX", "MG"),
    ),
    Vendor(
        "Agfa",
        ("CR85", "ADC_5146", "DX-G", "DX-D"),
        ("1.3.51.0.7",),
        (("1.3.51.0.1.1", "AGFA_NX_3"),),
        ("NX_3.0.8950", "VIPS1110"),
        ("CR", "DX"),
    ),
    Vendor(
        "CARESTREAM HEALTH",
        ("DRX-EVOLUTION", "DRX-1", "DIRECTVIEW CR 975"),
        ("1.2.840.113564.1921",),
        (("1.2.840.113564.3.4.1", "CARESTREAM_1"),),
        ("5.7.412.7", "5.2.1"),
        ("CR", "DX"),
    ),
    Vendor(
        "Varian Medical Systems",
        ("ARIA RadOnc", "Eclipse", "On-Board Imager"),
        ("1.2.246.352.71", "1.2.246.352.221"),
        (("1.2.246.352.70.2.1.7", "DCIE 2.2"), ("1.2.246.352.70.2.1.120.1", "VARIAN_1")),
        ("15.6", "11.0.31", "13.7.15"),
        ("RT",),
    ),
    Vendor(
        "Philips Medical Systems",
        ("Pinnacle3",),
        ("1.2.826.0.1.3680043.2", "1.3.46.670589.13"),
        (("1.2.826.0.1.3680043.8.498.1", "PYDICOM 3.0.1"),),
        ("9.8", "16.2"),
        ("RT",),
    ),
    Vendor("RaySearch Laboratories", ("RayStation",), ("1.2.752.243.1.1",), (("1.2.752.243.1.1", "RayStation 8"),), ("8.1.1.8",), ("RT",)),
    Vendor(
        "PACS",
        ("Conquest", "dcm4che", "Secondary Capture"),
        ("1.2.276.0.7230010.3.1", "1.2.826.0.1.3680043.2.1143", "2.25", "1.2.840.114257"),
        (
            ("1.2.276.0.7230010.3.0.3.6.6", "OFFIS_DCMTK_366"),
            ("1.2.276.0.7230010.3.0.3.6.7", "OFFIS_DCMTK_367"),
            ("1.2.40.0.13.1.1", "dcm4che-2.0"),
            ("1.2.40.0.13.1.3", "dcm4che-5.25"),
            ("1.2.826.0.1.3680043.2.1143.107.104.103.115", "GDCM 3.0.21"),
            ("2.16.840.1.113669.632.21.1", "MergeCOM3_390"),
        ),
        ("1.0", "3.6.6"),
        ("SC", "SR"),
    ),
)

IMPLEMENTATION_ARCHIVES = (
    ("1.2.276.0.7230010.3.0.3.6.4", "OFFIS_DCMTK_364"),
    ("1.2.276.0.7230010.3.0.3.6.0", "OFFIS_DCMTK_360"),
    ("1.2.40.0.13.1.1.1", "dcm4che-1.4.31"),
    ("1.2.40.0.13.1.3", "dcm4che-3.3.8"),
    ("1.2.826.0.1.3680043.9.3811.2.0.1", "PYNETDICOM_201"),
    ("1.2.276.0.75.2.1.10", "ORTHANC"),
    ("2.16.840.1.113669.632.21.0.1", "MergeCOM3_420"),
    ("1.2.250.1.59.3.0.3.5.0", "ETIAM_DCMTK_350"),
)
