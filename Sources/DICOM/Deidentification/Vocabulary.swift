/// The defined terms that may stand in a public header. Text that is none of these is never passed on.
enum Vocabulary {
    static let yesNo: Set<String> = ["YES", "NO"]
    static let laterality: Set<String> = ["L", "R", "B", "U"]

    /// PS3.3 §C.7.3.1.1.1, those of objects with pixel data.
    static let modalities: Set<String> = [
        "AR", "BDUS", "BI", "BMD", "CFM", "CR", "CT", "CTPROTOCOL", "DMS", "DG", "DX", "EC", "EPS", "ES", "FA", "FS", "GM", "IO", "IVOCT",
        "IVUS",
        "KER", "LEN", "LP", "LS", "MA", "MG", "MR", "MS", "NM", "OAM", "OCT", "OP", "OPM", "OPT", "OPTBSV", "OPTENF", "OPV", "OSS", "OT",
        "PA",
        "PT", "PX", "RF", "RG", "RTDOSE", "RTIMAGE", "SEG", "SM", "ST", "TG", "US", "VA", "XA", "XC",
    ]

    /// Image Type, first and second value (PS3.3 §C.7.6.1.1.2).
    static let pixelDataCharacteristics: Set<String> = ["ORIGINAL", "DERIVED", "MIXED"]
    static let patientExaminationCharacteristics: Set<String> = ["PRIMARY", "SECONDARY"]

    /// Image Type, further values: terms of the modality modules of PS3.3 and those that scanners agree on.
    static let imageTypeTerms: Set<String> = [
        "ADC", "ADDITION", "ANGIO", "AVERAGE", "AXIAL", "BIPLANE A", "BIPLANE B", "CARDIAC", "CURVED", "DENSITY MAP", "DERIVED",
        "DIFFUSION",
        "DYNAMIC", "ENERGY", "FA", "FAT", "FFE", "FLOW", "GATED", "GATED TOMO", "IMAGINARY", "LOCALIZER", "M", "M_FFE", "M_IR", "M_SE",
        "MAGNITUDE", "MAX_IP", "MEAN", "MIN_IP", "MIP", "MIXED", "MOSAIC", "MPR", "ND", "NONE", "NORM", "OTHER", "P", "PERFUSION", "PHASE",
        "PHASE MAP", "PRESENTATION", "PROJECTION IMAGE", "QUANTITATIVE", "R", "REAL", "RECON GATED TOMO", "RECON TOMO", "REFORMATTED",
        "RESAMPLED", "SINGLE PLANE", "STATIC", "SUBTRACTION", "T1", "T2", "TOMO", "TRACEW", "VELOCITY", "VOLUME", "VOLUME_RENDER", "WATER",
        "WHOLE BODY",
    ]

    /// PS3.16 Annex L, those common enough to say little about anyone.
    static let bodyParts: Set<String> = [
        "ABDOMEN", "ANKLE", "ARM", "BLADDER", "BRAIN", "BREAST", "CALCANEUS", "CHEST", "CLAVICLE", "COCCYX", "CSPINE", "ELBOW", "EXTREMITY",
        "EYE", "FEMUR", "FINGER", "FOOT", "HAND", "HEAD", "HEADNECK", "HEART", "HIP", "HUMERUS", "JAW", "KIDNEY", "KNEE", "LEG", "LIVER",
        "LSPINE", "LUNG", "NECK", "PANCREAS", "PELVIS", "PROSTATE", "RIB", "SHOULDER", "SKULL", "SPINE", "SSPINE", "STERNUM", "TLSPINE",
        "TOE",
        "TSPINE", "UTERUS", "WHOLEBODY", "WRIST",
    ]

    /// PS3.3 §C.7.3.1.1.2.
    static let patientPositions: Set<String> = [
        "HFP", "HFS", "HFDR", "HFDL", "FFDR", "FFDL", "FFP", "FFS", "LFP", "LFS", "RFP", "RFS", "AFDR", "AFDL", "PFDR", "PFDL",
    ]

    /// One to three of the letters for the six directions (PS3.3 §C.7.6.1.1.1).
    static let patientOrientations: Set<String> = {
        let letters = ["A", "P", "L", "R", "H", "F"]
        let pairs = letters.flatMap { first in letters.map { first + $0 } }
        let triples = pairs.flatMap { pair in letters.map { pair + $0 } }
        return Set(letters + pairs + triples)
    }()

    /// PS3.3 §C.8.1.1, §C.8.7.5 and §C.8.11.
    static let viewPositions: Set<String> = [
        "AP", "PA", "LL", "RL", "RLD", "LLD", "RLO", "LLO", "CC", "ML", "MLO", "LM", "LMO", "SIO", "XCC", "XCCL", "XCCM", "FB", "TRANS",
        "OBL",
    ]

    static let photometricInterpretations: Set<String> = [
        "MONOCHROME1", "MONOCHROME2", "PALETTE COLOR", "RGB", "HSV", "ARGB", "CMYK", "YBR_FULL", "YBR_FULL_422", "YBR_PARTIAL_422",
        "YBR_PARTIAL_420", "YBR_ICT", "YBR_RCT", "XYB",
    ]

    static let windowFunctions: Set<String> = ["LINEAR", "LINEAR_EXACT", "SIGMOID"]
    static let presentationShapes: Set<String> = ["IDENTITY", "INVERSE", "LIN OD"]
    static let intensityRelationships: Set<String> = ["LIN", "LOG"]

    /// The meanings of stored values after rescaling (PS3.3 §C.11.1.1.2).
    static let rescaleTypes: Set<String> = [
        "OD", "HU", "US", "MGML", "Z_EFF", "ED", "EDW", "HU_MOD", "PCT", "CNTS", "NONE", "CM2", "CM2ML", "PCNT", "CPS", "BQML", "MGMINML",
        "UMOLMINML", "MLMING", "MLG", "1CM", "UMOLML", "PROPCNTS", "PROPCPS", "MLMINML", "MLML", "GML", "STDDEV", "SUV",
    ]

    static let calibrationTypes: Set<String> = ["GEOMETRY", "FIDUCIAL"]
    static let conversionTypes: Set<String> = ["DV", "DI", "DF", "WSD", "SD", "SI", "DRW", "SYN"]

    /// Standards that compressed an image with loss (PS3.3 §C.7.6.1.1.5.1).
    static let lossyMethods: Set<String> = [
        "ISO_10918_1", "ISO_14495_1", "ISO_15444_1", "ISO_15444_15", "ISO_13818_2", "ISO_14496_10", "ISO_23008_2", "ISO_18181_1",
    ]

    static let doseUnits: Set<String> = ["GY", "RELATIVE"]
    static let doseTypes: Set<String> = ["PHYSICAL", "EFFECTIVE", "ERROR"]
    static let doseSummationTypes: Set<String> = [
        "PLAN", "MULTI_PLAN", "PLAN_OVERVIEW", "FRACTION", "BEAM", "BRACHY", "FRACTION_SESSION", "BEAM_SESSION", "BRACHY_SESSION",
        "CONTROL_POINT", "RECORD",
    ]

    static let segmentationTypes: Set<String> = ["BINARY", "FRACTIONAL", "LABELMAP"]
    static let fractionalTypes: Set<String> = ["PROBABILITY", "OCCUPANCY"]
}
