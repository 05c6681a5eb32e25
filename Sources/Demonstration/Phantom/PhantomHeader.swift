import Basics
import DICOM

/// The data set around a phantom's pixels: complete for its information object, and as long as a scanner's.
struct PhantomHeader {
    let study: SyntheticStudy
    let modality: PhantomModality
    /// Instance number, from 1.
    let number: Int
    let count: Int

    /// Everything but the pixel data, in the order of the standard's modules.
    func dataSet(for image: PhantomImage) -> DataSet {
        var dataSet = DataSet()
        addCommon(to: &dataSet)
        addPatient(to: &dataSet)
        addIdentifiers(to: &dataSet)
        addPixelModule(of: image, to: &dataSet)
        switch modality {
        case .ct: addComputedTomography(rows: image.rows, to: &dataSet)
        case .mr: addMagneticResonance(rows: image.rows, to: &dataSet)
        case .cr: addComputedRadiography(to: &dataSet)
        case .us: addUltrasound(frames: image.frames, to: &dataSet)
        }
        addPrivateElements(to: &dataSet)
        return dataSet
    }

    // MARK: Modules

    private func addCommon(to dataSet: inout DataSet) {
        dataSet.set(Tag(0x0008, 0x0005), .CS, "ISO_IR 100")  // Specific Character Set
        dataSet.set(Tag(0x0008, 0x0016), .UI, modality.storageClass)  // SOP Class UID
        dataSet.set(Tag(0x0008, 0x0018), .UI, study.instanceUID(number))  // SOP Instance UID
        for element: UInt16 in 0x0020...0x0023 { dataSet.set(Tag(0x0008, element), .DA, "20240229") }  // Study … Content Date
        for element: UInt16 in 0x0030...0x0033 { dataSet.set(Tag(0x0008, element), .TM, "101112.000000") }  // Study … Content Time
        dataSet.set(Tag(0x0008, 0x0050), .SH, "SYNTH-0001")  // Accession Number
        dataSet.set(Tag(0x0008, 0x0060), .CS, modality.code)  // Modality
        dataSet.set(Tag(0x0008, 0x0070), .LO, "Veilray")  // Manufacturer
        dataSet.set(Tag(0x0008, 0x0080), .LO, SyntheticStudy.institution)  // Institution Name
        dataSet.set(Tag(0x0008, 0x0081), .ST, "1 Example Road, Nowhere")  // Institution Address
        dataSet.set(Tag(0x0008, 0x0090), .PN, "REFERRER^SYNTHETIC^^Dr")  // Referring Physician's Name
        dataSet.set(Tag(0x0008, 0x1010), .SH, "PHANTOM-01")  // Station Name
        dataSet.set(Tag(0x0008, 0x1030), .LO, "Synthetic phantom, not a person")  // Study Description
        dataSet.set(Tag(0x0008, 0x103E), .LO, modality.seriesDescription)  // Series Description
        dataSet.set(Tag(0x0008, 0x1050), .PN, "READER^SYNTHETIC")  // Performing Physician's Name
        dataSet.set(Tag(0x0008, 0x1070), .PN, "OPERATOR^SYNTHETIC")  // Operators' Name
        dataSet.set(Tag(0x0008, 0x1090), .LO, "Phantom generator")  // Manufacturer's Model Name
        dataSet.set(Tag(0x0018, 0x1000), .LO, "0000000001")  // Device Serial Number
        dataSet.set(Tag(0x0018, 0x1020), .LO, "1")  // Software Versions
        dataSet.set(Tag(0x0018, 0x1030), .LO, "Phantom, standard")  // Protocol Name
    }

    private func addPatient(to dataSet: inout DataSet) {
        dataSet.set(Tag(0x0010, 0x0010), .PN, SyntheticStudy.patientName)  // Patient's Name
        dataSet.set(Tag(0x0010, 0x0020), .LO, SyntheticStudy.patientIdentifier)  // Patient ID
        dataSet.set(Tag(0x0010, 0x0030), .DA, "19690723")  // Patient's Birth Date
        dataSet.set(Tag(0x0010, 0x0040), .CS, "O")  // Patient's Sex
        dataSet.set(Tag(0x0010, 0x1010), .AS, "054Y")  // Patient's Age
        dataSet.set(Tag(0x0010, 0x1030), .DS, "70.0")  // Patient's Weight
        dataSet.set(Tag(0x0010, 0x1040), .LO, "2 Example Road, Nowhere")  // Patient's Address
        dataSet.set(Tag(0x0010, 0x4000), .LT, "Computed from ellipsoids. Any likeness to a person is impossible.")  // Patient Comments
    }

    private func addIdentifiers(to dataSet: inout DataSet) {
        dataSet.set(Tag(0x0020, 0x000D), .UI, study.studyUID)  // Study Instance UID
        dataSet.set(Tag(0x0020, 0x000E), .UI, study.seriesUID)  // Series Instance UID
        dataSet.set(Tag(0x0020, 0x0010), .SH, "SYNTH1")  // Study ID
        dataSet.set(Tag(0x0020, 0x0011), .IS, "1")  // Series Number
        dataSet.set(Tag(0x0020, 0x0012), .IS, "1")  // Acquisition Number
        dataSet.set(Tag(0x0020, 0x0013), .IS, String(number))  // Instance Number
        dataSet.set(Tag(0x0040, 0x0253), .SH, "SYNTHSTEP1")  // Performed Procedure Step ID
        dataSet.set(Tag(0x0040, 0x0254), .LO, "Phantom examination")  // Performed Procedure Step Description
        var request = DataSet()
        request.set(Tag(0x0040, 0x0007), .LO, "Phantom examination")  // Scheduled Procedure Step Description
        request.set(Tag(0x0040, 0x0009), .SH, "SYNTHSPS1")  // Scheduled Procedure Step ID
        request.set(Tag(0x0040, 0x1001), .SH, "SYNTHRP1")  // Requested Procedure ID
        dataSet.set(Tag(0x0040, 0x0275), sequence: [request])  // Request Attributes Sequence
    }

    private func addPixelModule(of image: PhantomImage, to dataSet: inout DataSet) {
        dataSet.set(Tag(0x0028, 0x0002), .US, integers: [image.samplesPerPixel])
        dataSet.set(Tag(0x0028, 0x0004), .CS, image.samplesPerPixel == 3 ? "RGB" : "MONOCHROME2")  // Photometric Interpretation
        if image.samplesPerPixel > 1 { dataSet.set(Tag(0x0028, 0x0006), .US, integers: [0]) }  // Planar Configuration
        if image.frames > 1 { dataSet.set(Tag(0x0028, 0x0008), .IS, String(image.frames)) }  // Number of Frames
        dataSet.set(Tag(0x0028, 0x0010), .US, integers: [image.rows])
        dataSet.set(Tag(0x0028, 0x0011), .US, integers: [image.columns])
        dataSet.set(Tag(0x0028, 0x0100), .US, integers: [image.bitsAllocated])
        dataSet.set(Tag(0x0028, 0x0101), .US, integers: [image.bitsStored])
        dataSet.set(Tag(0x0028, 0x0102), .US, integers: [image.bitsStored - 1])  // High Bit
        dataSet.set(Tag(0x0028, 0x0103), .US, integers: [image.isSigned ? 1 : 0])  // Pixel Representation
        dataSet.set(Tag(0x0028, 0x0301), .CS, "NO")  // Burned In Annotation
    }

    private func addComputedTomography(rows: Int, to dataSet: inout DataSet) {
        dataSet.set(Tag(0x0008, 0x0008), .CS, strings: ["ORIGINAL", "PRIMARY", "AXIAL"])  // Image Type
        addSlicePlane(rows: rows, fieldOfView: 250, to: &dataSet)
        dataSet.set(Tag(0x0018, 0x0060), .DS, "120")  // KVP
        dataSet.set(Tag(0x0018, 0x0090), .DS, "500")  // Data Collection Diameter
        dataSet.set(Tag(0x0018, 0x1100), .DS, "250")  // Reconstruction Diameter
        dataSet.set(Tag(0x0018, 0x1110), .DS, "949.075")  // Distance Source to Detector
        dataSet.set(Tag(0x0018, 0x1111), .DS, "541")  // Distance Source to Patient
        dataSet.set(Tag(0x0018, 0x1120), .DS, "0")  // Gantry/Detector Tilt
        dataSet.set(Tag(0x0018, 0x1130), .DS, "155")  // Table Height
        dataSet.set(Tag(0x0018, 0x1140), .CS, "CW")  // Rotation Direction
        dataSet.set(Tag(0x0018, 0x1150), .IS, "1000")  // Exposure Time
        dataSet.set(Tag(0x0018, 0x1151), .IS, String(180 + number % 7))  // X-Ray Tube Current
        dataSet.set(Tag(0x0018, 0x1152), .IS, "180")  // Exposure
        dataSet.set(Tag(0x0018, 0x1160), .SH, "HEAD FILTER")  // Filter Type
        dataSet.set(Tag(0x0018, 0x1190), .DS, "0.7")  // Focal Spots
        dataSet.set(Tag(0x0018, 0x1210), .SH, "STANDARD")  // Convolution Kernel
        dataSet.set(Tag(0x0028, 0x0120), .SS, integers: [Int(HeadSlice.padding)])  // Pixel Padding Value
        dataSet.set(Tag(0x0028, 0x1050), .DS, "40")  // Window Center
        dataSet.set(Tag(0x0028, 0x1051), .DS, "120")  // Window Width
        dataSet.set(Tag(0x0028, 0x1052), .DS, "-1024")  // Rescale Intercept
        dataSet.set(Tag(0x0028, 0x1053), .DS, "1")  // Rescale Slope
        dataSet.set(Tag(0x0028, 0x1054), .LO, "HU")  // Rescale Type
    }

    private func addMagneticResonance(rows: Int, to dataSet: inout DataSet) {
        dataSet.set(Tag(0x0008, 0x0008), .CS, strings: ["ORIGINAL", "PRIMARY", "M", "NONE"])  // Image Type
        addSlicePlane(rows: rows, fieldOfView: 250, to: &dataSet)
        dataSet.set(Tag(0x0018, 0x0020), .CS, "SE")  // Scanning Sequence
        dataSet.set(Tag(0x0018, 0x0021), .CS, "NONE")  // Sequence Variant
        dataSet.set(Tag(0x0018, 0x0022), .CS, "")  // Scan Options
        dataSet.set(Tag(0x0018, 0x0023), .CS, "2D")  // MR Acquisition Type
        dataSet.set(Tag(0x0018, 0x0080), .DS, "550")  // Repetition Time
        dataSet.set(Tag(0x0018, 0x0081), .DS, "12")  // Echo Time
        dataSet.set(Tag(0x0018, 0x0087), .DS, "1.5")  // Magnetic Field Strength
        dataSet.set(Tag(0x0018, 0x0091), .IS, "1")  // Echo Train Length
        dataSet.set(Tag(0x0028, 0x1050), .DS, "700")  // Window Center
        dataSet.set(Tag(0x0028, 0x1051), .DS, "1400")  // Window Width
    }

    private func addComputedRadiography(to dataSet: inout DataSet) {
        dataSet.set(Tag(0x0008, 0x0008), .CS, strings: ["ORIGINAL", "PRIMARY"])  // Image Type
        dataSet.set(Tag(0x0018, 0x0015), .CS, "CHEST")  // Body Part Examined
        dataSet.set(Tag(0x0018, 0x0060), .DS, "110")  // KVP
        dataSet.set(Tag(0x0018, 0x1164), .DS, strings: ["0.171", "0.171"])  // Imager Pixel Spacing
        dataSet.set(Tag(0x0018, 0x5101), .CS, "PA")  // View Position
        dataSet.set(Tag(0x0020, 0x0020), .CS, strings: ["L", "F"])  // Patient Orientation
        dataSet.set(Tag(0x0028, 0x1050), .DS, "2048")  // Window Center
        dataSet.set(Tag(0x0028, 0x1051), .DS, "3600")  // Window Width
    }

    private func addUltrasound(frames: Int, to dataSet: inout DataSet) {
        dataSet.set(Tag(0x0008, 0x0008), .CS, strings: ["ORIGINAL", "PRIMARY", "ABDOMINAL", "0001"])  // Image Type
        dataSet.set(Tag(0x0018, 0x1063), .DS, "40")  // Frame Time
        dataSet.set(Tag(0x0020, 0x0020), .CS, "")  // Patient Orientation
        dataSet.set(Tag(0x0028, 0x2110), .CS, "00")  // Lossy Image Compression
        dataSet.set(DataElement(Tag(0x0028, 0x0009), .AT, integers: [0x0018, 0x1063]))  // Frame Increment Pointer
        dataSet.set(Tag(0x0008, 0x2144), .IS, "25")  // Recommended Display Frame Rate
    }

    /// Axial slices, feet first in the file order, over 138 mm of the patient axis.
    private func addSlicePlane(rows: Int, fieldOfView: Double, to dataSet: inout DataSet) {
        let spacing = fieldOfView / Double(max(1, rows))
        let distance = 138 / Double(max(1, count))
        let position = -62 + distance * Double(number - 1)
        let corner = -fieldOfView / 2 + spacing / 2
        dataSet.set(Tag(0x0018, 0x0015), .CS, "HEAD")  // Body Part Examined
        dataSet.set(Tag(0x0018, 0x0050), .DS, Quantities.decimal(distance, 4))  // Slice Thickness
        dataSet.set(Tag(0x0018, 0x0088), .DS, Quantities.decimal(distance, 4))  // Spacing Between Slices
        dataSet.set(Tag(0x0018, 0x5100), .CS, "HFS")  // Patient Position
        dataSet.set(
            Tag(0x0020, 0x0032), .DS, strings: [corner, corner, position].map { Quantities.decimal($0, 4) }
        )  // Image Position (Patient)
        dataSet.set(Tag(0x0020, 0x0037), .DS, strings: ["1", "0", "0", "0", "1", "0"])  // Image Orientation (Patient)
        dataSet.set(Tag(0x0020, 0x0052), .UI, study.frameOfReferenceUID)  // Frame of Reference UID
        dataSet.set(Tag(0x0020, 0x1040), .LO, "OM")  // Position Reference Indicator
        dataSet.set(Tag(0x0020, 0x1041), .DS, Quantities.decimal(position, 4))  // Slice Location
        dataSet.set(Tag(0x0028, 0x0030), .DS, strings: [String](repeating: Quantities.decimal(spacing, 7), count: 2))
    }

    /// Adds private elements as scanners do: a few numbers and a long protocol text, so that the record has a real one's size.
    private func addPrivateElements(to dataSet: inout DataSet) {
        dataSet.set(Tag(0x0019, 0x0010), .LO, "VEILRAY DEMO ACQ")
        dataSet.set(Tag(0x0019, 0x1002), .SL, integers: [708])
        dataSet.set(Tag(0x0019, 0x1023), .DS, "+0.0")
        dataSet.set(Tag(0x0019, 0x1024), .DS, Quantities.decimal(0.5 + Double(number) * 0.0625, 4))
        dataSet.set(Tag(0x0019, 0x1039), .SS, integers: [2])
        dataSet.set(Tag(0x0029, 0x0010), .LO, "VEILRAY DEMO PROT")
        dataSet.set(Tag(0x0029, 0x1008), .CS, "PROTOCOL TEXT")
        dataSet.set(DataElement(Tag(0x0029, 0x1010), .OB, bytes: protocolText))
        dataSet.set(Tag(0x0043, 0x0010), .LO, "VEILRAY DEMO PARM")
        dataSet.set(Tag(0x0043, 0x1012), .SS, integers: [19_983, 19_986, 20_015 + number])
        dataSet.set(Tag(0x0043, 0x1064), .CS, strings: ["NONE", "AAR2"])
    }

    /// About 1.6 KB of name = value lines, part of them different from slice to slice.
    private var protocolText: [UInt8] {
        var generator = SeededGenerator(seed: study.seed, stream: 500_000 + UInt64(clamping: number))
        var text = "### SYNTHETIC PROTOCOL BEGIN ###\n"
        for index in 0..<48 {
            let value = index.isMultiple(of: 4) ? Int(generator.next() % 100_000) : (index * 7919) % 4096
            text += "sProt.Detector[\(index)].lGain = \(value)\n"
        }
        text += "### SYNTHETIC PROTOCOL END ###\n"
        if !text.utf8.count.isMultiple(of: 2) { text += " " }
        return Array(text.utf8)
    }
}
