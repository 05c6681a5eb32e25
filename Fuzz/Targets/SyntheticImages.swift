import DICOM
import SeededRandomness

/// Small images of nobody, from which the seeds are made.
enum SyntheticImages {
    static let lossless: [TransferSyntax] = [
        .jpegLosslessFirstOrder, .jpegLSLossless, .jpeg2000Lossless, .runLength, .highThroughputJPEG2000Lossless,
        .highThroughputJPEG2000LosslessRPCL, .jpegXLLossless,
    ]

    static func header(instance: Int = 1, text: String = "SYNTHETIC^NOBODY") -> DataSet {
        DataSet([
            DataElement(.specificCharacterSet, .CS, strings: ["ISO_IR 100"]),
            DataElement(.sopClassUID, .UI, strings: ["1.2.840.10008.5.1.4.1.1.2"]),
            DataElement(.sopInstanceUID, .UI, strings: ["2.25.77.1.\(instance)"]),
            DataElement(.studyInstanceUID, .UI, strings: ["2.25.77"]),
            DataElement(.seriesInstanceUID, .UI, strings: ["2.25.77.1"]),
            DataElement(.modality, .CS, strings: ["CT"]),
            DataElement(.patientName, .PN, strings: [text]),
            DataElement(.patientID, .LO, strings: ["SYN-0077"]),
            DataElement(.studyDate, .DA, strings: ["20200101"]),
        ])
    }

    static func description(
        rows: Int = 32, columns: Int = 32, frames: Int = 1, color: String = "MONOCHROME2", allocated: Int = 16, stored: Int = 12,
        isSigned: Bool = false
    ) throws -> PixelDescription {
        try PixelDescription(
            rows: rows, columns: columns, frames: frames, samplesPerPixel: color == "RGB" ? 3 : 1, photometricInterpretation: color,
            bitsAllocated: allocated, bitsStored: stored, isSigned: isSigned)
    }

    /// The images that seeds hold encapsulated in a syntax. JPEG 2000 is written for frames of 2048 bytes and more.
    static func encoded(as syntax: TransferSyntax) throws -> [PixelDescription] {
        try [
            description(), description(frames: 2), description(color: "RGB", allocated: 8, stored: 8),
        ].filter { $0.samplesPerPixel == 1 || takesColour(syntax) }
    }

    static func takesColour(_ syntax: TransferSyntax) -> Bool { syntax != .jpegLSLossless }

    /// A slope with a little noise, the same each time.
    static func samples(of description: PixelDescription) -> [UInt8] {
        var random = SplitMix64(seed: 77)
        let top = (1 << (description.bitsStored - (description.isSigned ? 1 : 0))) - 1
        let count = description.rows * description.columns * description.samplesPerPixel * description.frames
        return (0..<count).flatMap { index -> [UInt8] in
            let value = min(top, top / 8 + index % 97 + Int.random(in: 0...3, using: &random))
            return (0..<description.bitsAllocated / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
    }

    static func dataSet(_ description: PixelDescription, _ header: DataSet = header()) -> DataSet {
        var dataSet = header
        for (tag, number) in [
            (Tag.samplesPerPixel, description.samplesPerPixel), (.rows, description.rows), (.columns, description.columns),
            (.bitsAllocated, description.bitsAllocated), (.bitsStored, description.bitsStored), (.highBit, description.highBit),
            (.pixelRepresentation, description.isSigned ? 1 : 0),
        ] { dataSet.set(DataElement(tag, .US, integers: [number])) }
        dataSet.set(DataElement(.photometricInterpretation, .CS, strings: [description.photometricInterpretation]))
        if description.samplesPerPixel > 1 { dataSet.set(DataElement(.planarConfiguration, .US, integers: [0])) }
        if description.frames > 1 { dataSet.set(DataElement(.numberOfFrames, .IS, strings: [String(description.frames)])) }
        return dataSet
    }

    static func native(_ description: PixelDescription) throws -> [UInt8] {
        try DICOMWriter.write(
            dataSet: dataSet(description), transferSyntax: .explicitLittleEndian, pixels: .native(samples(of: description)))
    }

    static func encapsulated(_ description: PixelDescription, _ syntax: TransferSyntax) throws -> [UInt8] {
        let pixels = try PixelCodec.encode(samples(of: description), description, as: syntax)
        return try DICOMWriter.write(
            dataSet: dataSet(pixels.description), transferSyntax: syntax, pixels: .encapsulated(pixels))
    }

    /// A sequence in a sequence, a private block, an overlay: what a header may have.
    static func rich() throws -> [UInt8] {
        let description = try description(rows: 8, columns: 9, allocated: 8, stored: 8)
        var dataSet = dataSet(description)
        dataSet.set(
            DataElement(Tag(0x0008, 0x1115), sequence: [DataSet([DataElement(Tag(0x0008, 0x1199), sequence: [header(instance: 2)])])]))
        dataSet.set(DataElement(.overlayRows(0), .US, integers: [8]))
        dataSet.set(DataElement(.overlayColumns(0), .US, integers: [9]))
        dataSet.set(DataElement(.overlayType(0), .CS, strings: ["G"]))
        dataSet.set(DataElement(.overlayOrigin(0), .SS, integers: [1, 1]))
        dataSet.set(DataElement(.overlayData(0), .OW, bytes: [UInt8](repeating: 0x5A, count: 10)))
        try dataSet.setPrivateBytes([1, 2, 3, 4], creator: "NOBODY", group: 0x0029, element: 0x10)
        return try DICOMWriter.write(
            dataSet: dataSet, transferSyntax: .explicitLittleEndian, pixels: .native(samples(of: description)))
    }
}
