import TextDetection

/// The byte form of a redaction with the samples that it hides. Format: docs/formats/redaction.md.
enum RedactionCoding {
    /// Predictions are tried on so many planes.
    static let trialPlanes = 6
    /// Of zstd.
    private static let noiseLevel: Int32 = 3

    /// - Parameters:
    ///   - planes: those of the image as it was.
    ///   - colours: planes of a frame.
    static func encode(_ redaction: Redaction, of planes: SamplePlanes, colours: Int) throws(CompressionError) -> [UInt8] {
        let trial = planes.planes.prefix(max(trialPlanes, 2 * colours))
        let prediction = try bestPrediction(
            redaction.mask, trial, frames: planes.planes.count / max(1, colours), colours, bits: planes.bitsStored)
        let samples = HiddenSamples(under: redaction.mask, colours: colours, bits: planes.bitsStored, prediction)
        return try encode(redaction, prediction, bytes(of: samples.residuals(of: planes.planes[...]), bits: planes.bitsStored))
    }

    /// - Parameter residuals: their low bytes, then, above eight bits, their high bytes.
    static func encode(
        _ redaction: Redaction, _ prediction: HiddenPrediction, _ residuals: [UInt8]
    ) throws(CompressionError) -> [UInt8] {
        let content = maskBytes(redaction.mask) + residuals
        var writer = ByteWriter()
        writer.put(byte: UInt8(prediction.rawValue))
        writer.put(number: redaction.fill.count)
        for level in redaction.fill { writer.put(number: Int(level)) }
        writer.put(number: content.count)
        // What is foretold from its neighbours is noise, in which looking longer finds nothing more.
        let level = prediction.contains(.spatial) ? noiseLevel : CompressionEffort(byteCount: content.count).level
        writer.put(fixed: try PlainFrame.compress(content, level: level))
        return writer.bytes
    }

    /// The planes as they were before they were filled.
    ///
    /// - Parameters:
    ///   - planes: those of the file that the redaction is from.
    ///   - colours: planes of a frame.
    /// - Throws: ``StegoError`` `malformedRecord` for a redaction of another image, or of none.
    static func restored(_ coded: [UInt8], in planes: SamplePlanes, colours: Int) throws -> SamplePlanes {
        try fitting { try whole(coded, planes, colours) }
    }

    /// - Throws: ``StegoError`` `malformedRecord` for what `body` cannot read.
    static func fitting<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch is RecordReader.Malformed {
            throw StegoError(.malformedRecord, "What was redacted was opened but does not fit the image.")
        } catch let error as CompressionError {
            throw StegoError(.malformedRecord, "What was redacted: \(error.reason).")
        }
    }

    private static func whole(_ coded: [UInt8], _ planes: SamplePlanes, _ colours: Int) throws -> SamplePlanes {
        let content = try content(of: coded, planes, sampleCount: planes.sampleCount)
        guard let residuals = residuals(of: content.residuals, bits: planes.bitsStored) else { throw RecordReader.Malformed() }
        var restored = planes
        let samples = HiddenSamples(under: content.mask, colours: colours, bits: planes.bitsStored, content.prediction)
        guard samples.restore(residuals, to: &restored.planes) else { throw RecordReader.Malformed() }
        return restored
    }

    /// The content of a byte form. The residuals are their low bytes, then, above eight bits, their high bytes.
    ///
    /// - Parameters:
    ///   - planes: of the image's size; how many they are does not matter.
    ///   - sampleCount: of the whole image.
    static func content(
        of coded: [UInt8], _ planes: SamplePlanes, sampleCount: Int
    ) throws -> (prediction: HiddenPrediction, mask: CellMask, residuals: ArraySlice<UInt8>) {
        var reader = RecordReader(coded)
        let prediction = HiddenPrediction(rawValue: Int(try reader.byte()))
        guard prediction.isSubset(of: .all) else { throw RecordReader.Malformed() }
        let fillCount = try reader.number()
        guard fillCount <= 4 else { throw RecordReader.Malformed() }
        for _ in 0..<fillCount { _ = try reader.number() }
        let byteCount = try reader.number()
        var mask = CellMask(imageRows: planes.rows, imageColumns: planes.columns)
        let width = planes.bitsStored > 8 ? 2 : 1
        let maskByteCount = (mask.cells.count + 7) / 8
        // No more than all samples.
        guard byteCount <= maskByteCount + sampleCount * width else { throw RecordReader.Malformed() }
        let content = try PlainFrame.decompress(Array(reader.rest), byteCount: byteCount)
        guard content.count >= maskByteCount else { throw RecordReader.Malformed() }
        for cell in mask.cells.indices where content[cell / 8] >> UInt8(cell % 8) & 1 == 1 {
            let (row, column) = cell.quotientAndRemainder(dividingBy: mask.columns)
            mask.fill(rows: row..<row + 1, columns: column..<column + 1)
        }
        return (prediction, mask, content[maskByteCount...])
    }

    // MARK: Prediction

    /// The one whose residuals compress best. Screens repeat themselves, tissue is smooth, and moving pictures have resting parts.
    ///
    /// - Parameters:
    ///   - trial: the first planes.
    ///   - frames: of the image.
    static func bestPrediction(
        _ mask: CellMask, _ trial: ArraySlice<[UInt16]>, frames: Int, _ colours: Int, bits: Int
    ) throws(CompressionError) -> HiddenPrediction {
        var best: (prediction: HiddenPrediction, byteCount: Int) = ([], .max)
        for prediction in HiddenPrediction.candidates(frames: frames, colours: colours) {
            let samples = HiddenSamples(under: mask, colours: colours, bits: bits, prediction)
            let byteCount = try PlainFrame.compress(bytes(of: samples.residuals(of: trial), bits: bits), level: 1).count
            if byteCount < best.byteCount { best = (prediction, byteCount) }
        }
        return best.prediction
    }

    // MARK: Bytes

    /// A bit a cell, row by row, the first in the lowest bit.
    private static func maskBytes(_ mask: CellMask) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: (mask.cells.count + 7) / 8)
        for cell in mask.cells.indices where mask.cells[cell] { bytes[cell / 8] |= 1 << UInt8(cell % 8) }
        return bytes
    }

    /// The low bytes of all, then, above eight bits, the high bytes.
    private static func bytes(of residuals: [UInt16], bits: Int) -> [UInt8] {
        let low = residuals.map { UInt8(truncatingIfNeeded: $0) }
        return bits > 8 ? low + residuals.map { UInt8(truncatingIfNeeded: $0 >> 8) } : low
    }

    private static func residuals(of bytes: ArraySlice<UInt8>, bits: Int) -> [UInt16]? {
        guard bits > 8 else { return bytes.map(UInt16.init) }
        guard bytes.count % 2 == 0 else { return nil }
        let (first, count) = (bytes.startIndex, bytes.count / 2)
        return (0..<count).map { UInt16(bytes[first + $0]) | UInt16(bytes[first + count + $0]) << 8 }
    }
}
