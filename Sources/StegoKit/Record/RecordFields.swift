import DICOM

/// The fields of a record's body that have a form of their own.
extension RecordCoding {
    // MARK: Byte order

    static func encode(_ order: NativePixelOrder, into body: inout ByteWriter) {
        body.put(number: order.unitSize)
        body.put(counted: order.padding.map { [$0] } ?? [])
    }

    static func decodeOrder(_ reader: inout RecordReader) throws(RecordReader.Malformed) -> NativePixelOrder {
        let unitSize = try reader.number()
        let padding = try reader.counted()
        guard [1, 2, 4, 8].contains(unitSize), padding.count <= 1 else { throw RecordReader.Malformed() }
        return NativePixelOrder(unitSize: unitSize, padding: padding.first)
    }

    // MARK: Deflation

    static func encode(_ deflation: Record.Deflation) -> [UInt8] {
        let parameters = deflation.parameters
        var value = ByteWriter()
        value.put(byte: parameters.hasZlibHeader ? 1 : 0)
        for number in [parameters.level, parameters.windowBits, parameters.memoryLevel, parameters.strategy, deflation.dataSetOffset] {
            value.put(number: number)
        }
        value.put(counted: parameters.trailer)
        return value.bytes
    }

    static func decodeDeflation(_ reader: inout RecordReader) throws(RecordReader.Malformed) -> Record.Deflation {
        let header = try reader.byte()
        guard header <= 1 else { throw RecordReader.Malformed() }
        let (level, windowBits) = (try reader.number(), try reader.number())
        let (memoryLevel, strategy) = (try reader.number(), try reader.number())
        let offset = try reader.number()
        let parameters = DeflateParameters(
            level: level, windowBits: windowBits, memoryLevel: memoryLevel, strategy: strategy, hasZlibHeader: header == 1,
            trailer: try reader.counted())
        return Record.Deflation(parameters: parameters, dataSetOffset: offset)
    }

    // MARK: Sample words

    /// The layout byte: the high bit's number in the low five bits, and this flag.
    private static let colorByPlaneFlag: UInt8 = 0x80
    private static let highBitMask: UInt8 = 0x1F

    static func encode(_ words: Record.SampleWords, into body: inout ByteWriter) {
        body.put(
            byte: UInt8(truncatingIfNeeded: words.highBit) & highBitMask | (words.colorByPlane ? colorByPlaneFlag : 0))
        switch words.unusedBits {
        case .zero: body.put(byte: 0)
        case .signExtension: body.put(byte: 1)
        case .explicit(let residue):
            body.put(byte: 2)
            body.put(counted: residue)
        }
    }

    static func decodeWords(_ reader: inout RecordReader) throws(RecordReader.Malformed) -> Record.SampleWords {
        let layout = try reader.byte()
        let unusedBits: UnusedBits =
            switch try reader.byte() {
            case 0: .zero
            case 1: .signExtension
            case 2: .explicit(try reader.counted())
            default: throw RecordReader.Malformed()
            }
        return Record.SampleWords(
            highBit: Int(layout & highBitMask), colorByPlane: layout & colorByPlaneFlag != 0, unusedBits: unusedBits)
    }
}

// MARK: Edits

extension ByteWriter {
    /// The places first, then all bytes that are put in: bytes of one kind compress better together.
    mutating func put(_ edits: ByteEdits) {
        put(number: edits.edits.count)
        for edit in edits.edits {
            put(number: edit.kept)
            put(number: edit.removed)
            put(number: edit.inserted.count)
        }
        for edit in edits.edits { put(fixed: edit.inserted) }
    }
}

extension RecordReader {
    mutating func edits() throws(Malformed) -> ByteEdits {
        var edits: [ByteEdits.Edit] = []
        var counts: [Int] = []
        for _ in 0..<(try number()) {
            edits.append(ByteEdits.Edit(kept: try number(), removed: try number(), inserted: []))
            counts.append(try number())
        }
        for (index, count) in counts.enumerated() { edits[index].inserted = try fixed(count) }
        return ByteEdits(edits)
    }
}
