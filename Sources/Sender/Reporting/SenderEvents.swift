import StegoKit

/// The `--json` lines of `veilray-send`; docs/json.md lists them.
enum SenderEvent {
    /// One file: delivered, sealed, or not and why.
    struct Instance: Encodable, Sendable {
        let event = "instance"
        let name: String
        let status: Status
        var study: String?
        var reason: String?
        var method: String?
        var record: RecordPlacement?
        var bitsHidden: Int?
        var psnr: Double?
        var maximumChange: Int?
        var changedSamples: Int?
        var embeddingEfficiency: Double?
        var constraintHeight: Int?
        var regionCoverage: Double?
        var regionSource: String?
        var originalBytes: Int?
        var recordBytes: Int?
        var stegoBytes: Int?
        var wireBytes: Int?
        var transferSyntax: String?
        var exact: Exactness?
        var notes: [String]?

        enum Status: String, Encodable {
            case delivered
            case sealed
            case failed
        }
    }

    struct Study: Encodable, Sendable {
        let event = "study"
        let study: String
        let delivered: Int
        let failed: Int
        /// The file that keeps the signed receipts.
        var receipts: String?
    }

    struct Summary: Encodable, Sendable {
        let event = "summary"
        let studies: Int
        let delivered: Int
        let failed: Int
        let originalBytes: Int
        let stegoBytes: Int
        let wireBytes: Int
        let seconds: Double
        let exitCode: Int32
    }
}

extension SenderEvent.Instance {
    /// A file that was sealed, with the figures of its report; without them for one that the receiver had before.
    init(_ name: String, _ status: Status, study: String, report: SealReport?, wireBytes: Int? = nil, exact: Exactness? = nil) {
        self.init(
            name: name, status: status, study: study, method: report?.method, record: report?.record, bitsHidden: report?.bitsHidden,
            psnr: report?.peakSignalToNoiseRatio, maximumChange: report?.maximumChange, changedSamples: report?.changedSamples,
            embeddingEfficiency: report?.embeddingEfficiency, constraintHeight: report?.constraintHeight,
            regionCoverage: report?.regionCoverage, regionSource: report?.regionSource,
            originalBytes: report?.originalByteCount, recordBytes: report?.recordByteCount, stegoBytes: report?.stegoByteCount,
            wireBytes: wireBytes, transferSyntax: report?.transferSyntax, exact: exact ?? report?.exactness,
            notes: report.flatMap { $0.notes.isEmpty ? nil : $0.notes })
    }

    static func failed(_ name: String, _ reason: String, study: String? = nil) -> SenderEvent.Instance {
        SenderEvent.Instance(name: name, status: .failed, study: study, reason: reason)
    }
}
