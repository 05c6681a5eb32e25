import StegoKit

/// The `--json` lines of `veilray-send`; docs/json/sending.md lists them.
enum SenderEvent {
    /// A study was taken into the outbox.
    struct Queued: Encodable, Sendable {
        let event = "queued"
        let study: String
        let transfer: String
        let to: String
        let priority: Priority
        let files: Int
        /// The same study was queued before; it is that transfer that goes on.
        let joined: Bool
    }

    /// An attempt has failed, and another one will be made.
    struct Retry: Encodable, Sendable {
        let event = "retry"
        let study: String
        let transfer: String
        let attempt: Int
        let delaySeconds: Double
        let reason: String
    }

    /// One file: delivered, sealed, or not and why.
    struct Instance: Encodable, Sendable {
        let event = "instance"
        let name: String
        let status: Status
        var study: String?
        var reason: String?
        /// Of the stego file that `seal` has written.
        var path: String?
        var method: String?
        var record: RecordPlacement?
        var bitsHidden: Int?
        var psnr: Double?
        var maximumChange: Int?
        var changedSamples: Int?
        var embeddingEfficiency: Double?
        /// In the line each is a field of its own name.
        var methodParameters: [String: Int]?
        var regionCoverage: Double?
        var regionSource: String?
        var originalBytes: Int?
        var recordBytes: Int?
        var stegoBytes: Int?
        var wireBytes: Int?
        var transferSyntax: String?
        var codec: StegoCodec?
        /// Why the codec was chosen.
        var why: String?
        var exact: Exactness?
        var notes: [String]?

        enum Status: String, Encodable {
            case delivered
            case sealed
            case failed
            /// It stays in the outbox.
            case queued
        }
    }

    struct Study: Encodable, Sendable {
        let event = "study"
        let study: String
        var transfer: String?
        let delivered: Int
        let failed: Int
        /// Files that stay in the outbox; absent when the study is closed.
        var queued: Int?
        /// The file that keeps the signed receipts.
        var receipts: String?
    }

    /// A study was taken out of the outbox before all of it was delivered.
    struct Discarded: Encodable, Sendable {
        let event = "discarded"
        let study: String
        let transfer: String
        let to: String
        /// Files that the receiver had restored by then.
        let delivered: Int
        /// The other ones.
        let discarded: Int
        /// The file that keeps the receipts that had come, if any had.
        let receipts: String?
    }

    /// A watcher has moved the files of a closed study away.
    struct Filed: Encodable, Sendable {
        let event = "filed"
        let study: String
        let transfer: String
        let sent: Int
        let failed: Int
        /// Files that were gone or had become other files meanwhile.
        let leftAlone: Int
    }

    struct Summary: Encodable, Sendable {
        let event = "summary"
        let studies: Int
        let delivered: Int
        let failed: Int
        let queued: Int
        /// Files that only lay beside the images and were passed over.
        let skipped: Int
        let originalBytes: Int
        let stegoBytes: Int
        let wireBytes: Int
        /// Files by the codec of their pixels.
        let codecs: [String: Int]
        let seconds: Double
        let exitCode: Int32
    }
}

extension SenderEvent.Instance {
    private struct Field: CodingKey, ExpressibleByStringLiteral {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringLiteral name: String) { stringValue = name }
        init(stringValue name: String) { stringValue = name }
        init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
        var line = encoder.container(keyedBy: Field.self)
        // First, so that a parameter cannot take the place of a field that every line has.
        for (parameter, value) in methodParameters ?? [:] { try line.encode(value, forKey: Field(stringValue: parameter)) }
        try line.encode(event, forKey: "event")
        try line.encode(name, forKey: "name")
        try line.encode(status, forKey: "status")
        try line.encodeIfPresent(study, forKey: "study")
        try line.encodeIfPresent(reason, forKey: "reason")
        try line.encodeIfPresent(path, forKey: "path")
        try line.encodeIfPresent(method, forKey: "method")
        try line.encodeIfPresent(record, forKey: "record")
        try line.encodeIfPresent(bitsHidden, forKey: "bitsHidden")
        try line.encodeIfPresent(psnr, forKey: "psnr")
        try line.encodeIfPresent(maximumChange, forKey: "maximumChange")
        try line.encodeIfPresent(changedSamples, forKey: "changedSamples")
        try line.encodeIfPresent(embeddingEfficiency, forKey: "embeddingEfficiency")
        try line.encodeIfPresent(regionCoverage, forKey: "regionCoverage")
        try line.encodeIfPresent(regionSource, forKey: "regionSource")
        try line.encodeIfPresent(originalBytes, forKey: "originalBytes")
        try line.encodeIfPresent(recordBytes, forKey: "recordBytes")
        try line.encodeIfPresent(stegoBytes, forKey: "stegoBytes")
        try line.encodeIfPresent(wireBytes, forKey: "wireBytes")
        try line.encodeIfPresent(transferSyntax, forKey: "transferSyntax")
        try line.encodeIfPresent(codec, forKey: "codec")
        try line.encodeIfPresent(why, forKey: "why")
        try line.encodeIfPresent(exact, forKey: "exact")
        try line.encodeIfPresent(notes, forKey: "notes")
    }

    /// A file that was sealed, with the figures of its report; without them for one that the receiver had before.
    init(_ name: String, _ status: Status, study: String, report: SealReport?, wireBytes: Int? = nil, exact: Exactness? = nil) {
        self.init(
            name: name, status: status, study: study, method: report?.method, record: report?.record, bitsHidden: report?.bitsHidden,
            psnr: report?.peakSignalToNoiseRatio, maximumChange: report?.maximumChange, changedSamples: report?.changedSamples,
            embeddingEfficiency: report?.embeddingEfficiency, methodParameters: report?.methodParameters,
            regionCoverage: report?.regionCoverage, regionSource: report?.regionSource,
            originalBytes: report?.originalByteCount, recordBytes: report?.recordByteCount, stegoBytes: report?.stegoByteCount,
            wireBytes: wireBytes, transferSyntax: report?.transferSyntax, codec: report?.codec, why: report?.encodingReason,
            exact: exact ?? report?.exactness,
            notes: report.flatMap { $0.notes.isEmpty ? nil : $0.notes })
    }

    static func failed(_ name: String, _ reason: String, study: String? = nil) -> SenderEvent.Instance {
        SenderEvent.Instance(name: name, status: .failed, study: study, reason: reason)
    }
}
