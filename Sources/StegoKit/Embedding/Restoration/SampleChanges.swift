/// The changes of an embedding, as compactly as they can be said: positions as gaps in raster order, where changes lie close together along
/// edges and in texture, and by how much.
///
/// Bits, least significant first: whether any change exceeds one; the number of changes plus one in Elias gamma code; for each change the
/// gap to the one before in adaptive Rice code, a bit that is 1 for downward, and, if any change exceeds one, its size in Elias gamma code.
struct SampleChanges: Equatable {
    struct Change: Equatable {
        /// Over the carrier planes, row by row.
        let position: Int
        /// Stego minus cover, not 0.
        let difference: Int
    }

    /// Positions ascend.
    let changes: [Change]

    /// The differences of two images of one shape.
    init(cover: SamplePlanes, stego: SamplePlanes, carrier: CarrierPlanes) {
        var changes: [Change] = []
        for (ordinal, plane) in carrier.indices.enumerated() {
            let (before, after) = (cover.planes[plane], stego.planes[plane])
            for index in 0..<min(before.count, after.count) where before[index] != after[index] {
                changes.append(
                    Change(position: ordinal * carrier.samplesPerPlane + index, difference: Int(after[index]) - Int(before[index])))
            }
        }
        self.changes = changes
    }

    /// Puts the cover's samples back.
    ///
    /// - Returns: false, and the planes spoilt, if a change does not fit the image.
    func undo(in planes: inout SamplePlanes, carrier: CarrierPlanes) -> Bool {
        for change in changes {
            guard change.position < carrier.sampleCount else { return false }
            let (plane, index) = carrier.locate(change.position)
            let level = Int(planes.planes[plane][index]) - change.difference
            guard level >= 0, level <= Int(planes.maximumLevel) else { return false }
            planes.planes[plane][index] = UInt16(level)
        }
        return true
    }

    /// Turns stego samples into the cover.
    ///
    /// - Throws: ``EmbeddingError`` `invalidRestoration`; the planes are unchanged then.
    static func restore(_ planes: inout SamplePlanes, _ encoded: [UInt8], carrier: CarrierPlanes) throws(EmbeddingError) {
        guard let changes = SampleChanges(encoded: encoded, sampleCount: carrier.sampleCount) else {
            throw .invalidRestoration("it cannot be decoded")
        }
        var cover = planes
        guard changes.undo(in: &cover, carrier: carrier) else { throw .invalidRestoration("it leads out of the range of levels") }
        planes = cover
    }

    var encoded: [UInt8] {
        let isWide = changes.contains { abs($0.difference) > 1 }
        var writer = BitWriter()
        writer.append(isWide)
        writer.appendGamma(UInt64(changes.count) + 1)
        var gaps = AdaptiveRice()
        var next = 0
        for change in changes {
            gaps.append(UInt64(change.position - next), to: &writer)
            next = change.position + 1
            writer.append(change.difference < 0)
            if isWide { writer.appendGamma(UInt64(abs(change.difference))) }
        }
        return writer.bytes
    }

    /// - Parameter sampleCount: how many positions there are.
    /// - Returns: nil if the bytes are not such data.
    init?(encoded: [UInt8], sampleCount: Int) {
        var reader = BitReader(encoded)
        guard let isWide = reader.bit(), let count = reader.gamma(), count - 1 <= UInt64(sampleCount) else { return nil }
        var gaps = AdaptiveRice()
        var changes: [Change] = []
        var next: UInt64 = 0
        for _ in 0..<count - 1 {
            guard let gap = gaps.read(from: &reader), gap < UInt64(sampleCount), next + gap < UInt64(sampleCount),
                let isDown = reader.bit()
            else { return nil }
            var size: UInt64 = 1
            if isWide {
                guard let coded = reader.gamma(), coded <= UInt64(UInt16.max) else { return nil }
                size = coded
            }
            changes.append(Change(position: Int(next + gap), difference: isDown ? -Int(size) : Int(size)))
            next += gap + 1
        }
        guard reader.isAtEnd else { return nil }
        self.changes = changes
    }
}

/// Rice code whose parameter follows the numbers, as in JPEG-LS (ITU-T T.87, A.5.1): k is the least with count · 2^k ≥ sum.
///
/// A quotient of ``longestQuotient`` or more is written as that many ones, and the number plus one in Elias gamma code instead.
struct AdaptiveRice {
    private static let longestQuotient: UInt64 = 24
    /// Where both are halved, so that the parameter follows.
    private static let memory: UInt64 = 32

    private var sum: UInt64 = 64
    private var count: UInt64 = 1

    private var parameter: Int {
        var parameter = 0
        while count << UInt64(parameter) < sum { parameter += 1 }
        return parameter
    }

    mutating func append(_ value: UInt64, to writer: inout BitWriter) {
        let parameter = parameter
        if value >> UInt64(parameter) < Self.longestQuotient {
            writer.appendRice(value, parameter: parameter)
        } else {
            for _ in 0..<Self.longestQuotient { writer.append(true) }
            writer.appendGamma(value + 1)
        }
        learn(value)
    }

    mutating func read(from reader: inout BitReader) -> UInt64? {
        let parameter = parameter
        var quotient: UInt64 = 0
        while quotient < Self.longestQuotient {
            guard let bit = reader.bit() else { return nil }
            if !bit { break }
            quotient += 1
        }
        let value: UInt64
        if quotient < Self.longestQuotient {
            guard let remainder = reader.value(bitCount: parameter) else { return nil }
            value = quotient << UInt64(parameter) | remainder
        } else {
            guard let coded = reader.gamma() else { return nil }
            value = coded - 1
        }
        guard value <= 1 << 32 else { return nil }
        learn(value)
        return value
    }

    private mutating func learn(_ value: UInt64) {
        sum += value
        count += 1
        if count == Self.memory { (sum, count) = (sum / 2, count / 2) }
    }
}
