extension ContentRecord {
    /// The first bytes: the format's name and its version.
    static let magic: [UInt8] = Array("VRC".utf8) + [1]
    /// The most cells that a record is read with: the largest image that DICOM has.
    private static let mostCells = 1 << 24

    /// The record as bytes, always the same for the same record. Sign these, or bind their digest.
    public var bytes: [UInt8] {
        var sink = RecordBytes()
        sink.bytes += Self.magic
        sink.put16(grid.imageHeight)
        sink.put16(grid.imageWidth)
        sink.bytes += [UInt8(grid.side), UInt8(planes.count), UInt8(windows.count), spacing == nil ? 0 : 1]
        sink.put(units.slope)
        sink.put(units.intercept)
        sink.bytes += [UInt8(units.name.utf8.count)] + Array(units.name.utf8)
        if let spacing {
            sink.put(spacing.rows)
            sink.put(spacing.columns)
        }
        sink.bytes += imageDigest + imageID
        for plane in planes {
            sink.put16(plane.step)
            sink.put(grid: plane.means, columns: grid.columns)
            sink.put(grid: plane.minima, columns: grid.columns)
            // What a maximum adds to its minimum: smaller numbers.
            sink.put(grid: zip(plane.maxima, plane.minima).map { $0 &- $1 }, columns: grid.columns)
        }
        for windowed in windows {
            sink.put(windowed.window.centre)
            sink.put(windowed.window.width)
            sink.bytes.append(windowed.window.function.rawValue)
            sink.put(grid: windowed.means, columns: grid.columns)
        }
        return sink.bytes
    }

    /// Reads what ``bytes`` gave.
    ///
    /// - Throws: ``MarksError`` of code `format` for anything else; the reason says what is wrong.
    public init(bytes: some Collection<UInt8>) throws {
        var source = RecordSource(Array(bytes))
        guard try source.take(3) == Array(Self.magic.prefix(3)) else { throw MarksError(.format, "the bytes are no content record") }
        let version = try source.byte()
        guard version == Self.magic[3] else {
            throw MarksError(.format, "a content record of version \(version) cannot be read here; a newer release may")
        }
        let (height, width) = (try source.number16(), try source.number16())
        let (side, planeCount, windowCount) = (Int(try source.byte()), Int(try source.byte()), Int(try source.byte()))
        let flags = try source.byte()
        guard height > 0, width > 0, side == 8 || side == 16, (1...ContentImage.mostPlanes).contains(planeCount),
            windowCount <= Self.mostWindows, planeCount == 1 || windowCount == 0, flags <= 1
        else { throw MarksError(.format, "the head of the content record has a value out of its range") }
        let grid = CellGrid(imageHeight: height, imageWidth: width, side: side)
        guard grid.count <= Self.mostCells else { throw MarksError(.format, "the content record claims \(grid.count) cells") }
        let (slope, intercept) = (try source.double(), try source.double())
        let name = String(decoding: try source.take(Int(try source.byte())), as: UTF8.self)
        let units = try ModalityUnits(slope: slope, intercept: intercept, name: name)
        var spacing: SampleSpacing?
        if flags == 1 {
            spacing = SampleSpacing(rows: try source.double(), columns: try source.double())
            guard spacing != nil else { throw MarksError(.format, "the sample spacing of the content record is no distance") }
        }
        let (digest, id) = (try source.take(Self.digestByteCount), try source.take(Self.imageIDByteCount))
        let planes = try (0..<planeCount).map { _ in try source.plane(grid) }
        let windows = try (0..<windowCount).map { _ in try source.windowed(grid) }
        guard source.isAtEnd else { throw MarksError(.format, "there are bytes behind the content record") }
        self.init(
            grid: grid, units: units, spacing: spacing, imageDigest: digest, imageID: id, planes: planes, windows: windows)
    }
}

/// Numbers of the record's format, the highest byte first.
private struct RecordBytes {
    var bytes: [UInt8] = []

    mutating func put16(_ number: Int) { bytes += [UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number)] }

    mutating func put(_ number: Double) { withUnsafeBytes(of: number.bitPattern.bigEndian) { bytes += $0 } }

    /// A coded grid behind its length in four bytes.
    mutating func put(grid values: [Int32], columns: Int) {
        let code = ResidualCoder.encode(values, columns: columns)
        withUnsafeBytes(of: UInt32(code.count).bigEndian) { bytes += $0 }
        bytes += code
    }
}

/// Reads them, every read checked.
private struct RecordSource {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func take(_ count: Int) throws -> [UInt8] { Array(try slice(count)) }

    private mutating func slice(_ count: Int) throws -> ArraySlice<UInt8> {
        guard count <= bytes.count - position else { throw MarksError(.format, "the content record ends too early") }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func byte() throws -> UInt8 { try take(1)[0] }

    private mutating func number(_ count: Int) throws -> UInt64 { try slice(count).reduce(0) { $0 << 8 | UInt64($1) } }

    mutating func number16() throws -> Int { Int(try number(2)) }

    mutating func double() throws -> Double { Double(bitPattern: try number(8)) }

    private mutating func grid(_ grid: CellGrid, _ range: ClosedRange<Int32>) throws -> [Int32] {
        let code = try slice(Int(try number(4)))
        guard let values = ResidualCoder.decode(code, rows: grid.rows, columns: grid.columns), values.allSatisfy(range.contains) else {
            throw MarksError(.format, "a grid of the content record is damaged")
        }
        return values
    }

    mutating func plane(_ cells: CellGrid) throws -> ContentRecord.Plane {
        let step = try number16()
        guard step > 0 else { throw MarksError(.format, "a plane of the content record has steps of nothing") }
        // Samples have at most 17 bits with their sign, whatever the step.
        let means = try grid(cells, -0x1_0000...0x1_0000)
        let minima = try grid(cells, -0x1_0000...0x1_0000)
        let spans = try grid(cells, 0...0x2_0000)
        return ContentRecord.Plane(step: step, means: means, minima: minima, maxima: zip(minima, spans).map { $0 + $1 })
    }

    mutating func windowed(_ cells: CellGrid) throws -> ContentRecord.Windowed {
        let (centre, width, code) = (try double(), try double(), try byte())
        guard let function = ContentWindow.Function(rawValue: code),
            let window = ContentWindow(centre: centre, width: width, function: function)
        else { throw MarksError(.format, "a window of the content record shows nothing") }
        return ContentRecord.Windowed(window: window, means: try grid(cells, 0...1020))
    }
}
