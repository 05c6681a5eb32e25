import Crypto
import SeededRandomness

@testable import MarkedImages
@testable import Marks

extension FuzzTarget {
    /// What the pixels or the element give as a mark's body.
    static let markBody = FuzzTarget(
        name: "mark-body", maximumByteCount: 4096,
        seeds: { [MarkedFuzz.shared.body, Array(MarkedFuzz.shared.body.dropLast(30))] },
        run: { bytes in
            let carried = StrictReader.Carried(body: bytes, identifier: MarkedFuzz.identifier)
            let (body, judgement) = try MarkBody.read(carried, height: MarkedFuzz.side, width: MarkedFuzz.side, MarkedFuzz.shared.directory)
            try require(bytes.starts(with: body.bytes), "a body is written as it was read")
            try require(!judgement.isBelieved || bytes.starts(with: MarkedFuzz.shared.body), "nobody but the issuer signs")
            _ = StrictReader(directory: MarkedFuzz.shared.directory).read(MarkedFuzz.shared.image, carried: carried)
        })

    /// Samples of a marked image, changed: the first byte of three says how, the others where.
    static let markedSamples = FuzzTarget(
        name: "marked-samples", maximumByteCount: 1024, seeds: { [[1, 0, 0], [2, 31, 7, 255, 40, 3]] },
        run: { bytes in
            var samples = MarkedFuzz.shared.image.carrier.samples
            for start in stride(from: 0, to: bytes.count - 2, by: 3) {
                let index = (Int(bytes[start + 1]) << 8 | Int(bytes[start + 2])) % samples.count
                samples[index] = min(max(samples[index] + Int32(Int8(bitPattern: bytes[start])), 0), 4095)
            }
            let plane = try SamplePlane(height: MarkedFuzz.side, width: MarkedFuzz.side, range: 0...4095, samples: samples)
            let reading = StrictReader(directory: MarkedFuzz.shared.directory).read(MarkImage(plane))
            let isSame = samples == MarkedFuzz.shared.image.carrier.samples
            try require(isSame || reading.verdict != .intact, "no changed image is intact")
            try require(!isSame || reading.verdict == .intact, "the marked image is intact")
        })

    /// A record that has travelled without its image, and its content records.
    static let travellingRecord = FuzzTarget(
        name: "travelling-record", maximumByteCount: 8192, seeds: { [MarkedFuzz.shared.record, MarkedFuzz.shared.content] },
        run: { bytes in
            if TravellingRecord.isClaimed(by: bytes) {
                let record = try TravellingRecord(bytes: bytes, name: "record")
                let again = try TravellingRecord(bytes: record.bytes, name: "record")
                try require(again == record, "a record is read as it was written")
            } else {
                let record = try ContentRecord(bytes: bytes)
                let report = ContentComparison.compare(record, with: record)
                try require(report.verdict != .differs, "no record differs from itself")
                _ = try ContentComparison.compare(ContentImage(planes: MarkedFuzz.shared.image.planes, units: nil), with: record)
            }
        })

    /// What takes a volume mark off a slice.
    static let volumeNote = FuzzTarget(
        name: "volume-note", maximumByteCount: 1024, seeds: { [MarkedFuzz.shared.note] },
        run: { bytes in
            let note = try VolumeNote(bytes: bytes)
            try require(try VolumeNote(bytes: note.bytes) == note, "a note is read as it was written")
            let restored = try VolumeMark.remove(from: MarkedFuzz.shared.slice, note, MarkedFuzz.shared.key)
            try require(restored == MarkedFuzz.shared.plain, "what comes off exactly is the slice as it was")
        })
}

/// One marked image of nobody, and everything that marks leave of it.
private struct MarkedFuzz: Sendable {
    static let side = 192
    static let identifier = ImageIdentifier(instance: "2.25.77", frame: 0)
    // Made of constants by our own code; a failure here is a fault of that, which the tests of these targets find.
    static let shared: MarkedFuzz = {
        do { return try MarkedFuzz() } catch { preconditionFailure("\(error)") }
    }()

    let directory: IssuerDirectory
    let plain: SamplePlane
    let image: MarkImage
    let body: [UInt8]
    let content: [UInt8]
    let record: [UInt8]
    let key: VolumeMarkKey
    let slice: SamplePlane
    let note: [UInt8]

    private init() throws {
        var random = SplitMix64(seed: 7)
        let samples = (0..<Self.side * Self.side).map { index -> Int32 in
            let (row, column) = (index / Self.side - 96, index % Self.side - 96)
            return (row * row + column * column < 6400 ? 1400 : 120) + Int32.random(in: -3...3, using: &random)
        }
        plain = try SamplePlane(height: Self.side, width: Self.side, range: 0...4095, samples: samples)
        let signing = try Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: 9, count: 32))
        let digest = Array(SHA256.hash(data: signing.publicKey.rawRepresentation))
        guard let identifier = IssuerIdentifier(bytes: digest.prefix(8)) else { throw BrokenProperty("a digest has eight bytes") }
        let issuer = MarkIssuer(
            identifier: identifier, sign: { Array(try signing.signature(for: $0)) }, secret: { Array(SHA256.hash(data: $0).prefix(16)) })
        var directory = IssuerDirectory()
        directory.add(identifier, name: "fuzz", key: signing.publicKey)
        self.directory = directory
        let (plane, zeros) = (plain, [UInt8](repeating: 0, count: 217))
        let contentRecord = try ContentRecord(of: ContentImage(planes: [plane], units: ModalityUnits.none)).bytes
        let marked = try StrictMarker(issuer: issuer).mark(MarkImage(plane), as: Self.identifier) { layout in
            try MarkBinding(
                layout: layout, entryCount: 0, startPoint: .acquired, header: try HeaderCommitment(bytes: zeros),
                seriesRoot: Array(zeros.prefix(16)), seriesIndex: 0, seriesCount: 0, custodyHead: Array(zeros.prefix(32)),
                issuer: identifier, time: 1_700_000_000, contentRecordDigest: ContentRecord.bound(contentRecord))
        }
        (image, body, content) = (marked.image, marked.body.bytes, contentRecord)
        let blind = try HeaderBlind(issuer: issuer, instance: "2.25.77")
        let element = MarkElement(
            bodies: [.init(identifier: Self.identifier, rows: Self.side, columns: Self.side, bytes: body)], blind: blind,
            chain: CustodyChain(), manifest: try SeriesManifest([]), originalDigest: .init(of: body), records: [contentRecord])
        record = TravellingRecord(instance: "2.25.77", element: element).bytes
        key = try VolumeMarkKey(siteKey: [UInt8](repeating: 3, count: 32), series: "2.25.78")
        guard let spacing = SampleSpacing(rows: 1, columns: 1) else { throw BrokenProperty("a millimetre is a distance") }
        let geometry = try SliceGeometry(position: [-96, -96, 0], orientation: [1, 0, 0, 0, 1, 0], spacing: spacing)
        let volume = try VolumeMark.tomography(
            key: key, identity: "nobody", unitsToSample: 1, height: Self.side, width: Self.side, slices: [geometry])
        let embedded = volume.embed(in: plain, at: geometry)
        (slice, note) = (embedded.marked, embedded.note.bytes)
    }
}
