/// Values by number, by which the record and the sealed element grow (docs/formats/record.md, "Parts").
///
/// An odd number is critical: a reader that does not know it must refuse the whole. An even number is optional: a reader that does not
/// know it keeps it and goes on.
struct NumberedParts: Equatable, Sendable {
    struct Part: Equatable, Sendable {
        let number: Int
        let value: [UInt8]

        var isCritical: Bool { number & 1 == 1 }
    }

    /// A part that is critical and not known.
    struct UnknownCritical: Error, Equatable {
        let number: Int
    }

    /// In ascending order, each number once.
    private(set) var parts: [Part] = []

    init() {}

    /// - Throws: `Malformed` for parts that end early, that are not in ascending order, or of which one comes twice.
    init(decoding bytes: some Collection<UInt8>) throws(RecordReader.Malformed) {
        var reader = RecordReader(bytes)
        while !reader.isAtEnd {
            let part = Part(number: try reader.number(), value: try reader.counted())
            guard parts.last.map({ $0.number < part.number }) ?? true else { throw RecordReader.Malformed() }
            parts.append(part)
        }
    }

    /// Number and counted value of each part, in ascending order.
    var encoded: [UInt8] {
        var writer = ByteWriter()
        for part in parts {
            writer.put(number: part.number)
            writer.put(counted: part.value)
        }
        return writer.bytes
    }

    subscript(number: Int) -> [UInt8]? {
        get { parts.first { $0.number == number }?.value }
        set {
            parts.removeAll { $0.number == number }
            guard let newValue else { return }
            let place = parts.firstIndex { $0.number > number } ?? parts.endIndex
            parts.insert(Part(number: number, value: newValue), at: place)
        }
    }

    /// The parts that a reader does not know, which it keeps for whoever writes the whole again.
    ///
    /// - Throws: ``UnknownCritical`` when one of them may not be left aside.
    func unknown(besides known: Set<Int>) throws(UnknownCritical) -> [Part] {
        let unknown = parts.filter { !known.contains($0.number) }
        if let critical = unknown.first(where: \.isCritical) { throw UnknownCritical(number: critical.number) }
        return unknown
    }

    /// Adds parts that a reader kept.
    mutating func add(_ kept: [Part]) {
        for part in kept { self[part.number] = part.value }
    }
}
