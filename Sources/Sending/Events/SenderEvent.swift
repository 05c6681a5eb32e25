import Basics
import Foundation
import StegoKit

/// An event about studies and files at the sender, for those who show it to a person or a script.
///
/// The values are also the `--json` lines of `veilray-send`; docs/json/sending.md lists them.
package enum SenderEvent: Sendable {
    /// So many files will be told of.
    case expected(files: Int)
    /// Files that only lie beside the images and are not sent.
    case passedOver([RejectedFile])
    /// A file that was found unfit before anything was sent.
    case rejected(RejectedFile)
    /// One file's end. The kind says what a failure asks for.
    case instance(Instance, FailureKind?)
    /// Files that stay in the outbox, all for one reason.
    case kept([String], study: OutboxStudy, because: any Error)
    case queued(Queued)
    case retry(Retry)
    case study(Study)
    case filed(Filed)
    case door(DoorReport)
    /// Connections have carried so many bytes.
    case carried(wireBytes: Int)
    case replySession(ReplySession)
    /// Sealing a file has begun; ``sealingEnded(_:)`` with the same identifier follows.
    case sealingBegan(UUID, name: String, byteCount: Int)
    case sealingEnded(UUID)
    /// So many bytes of a stego file go out. `total` is the file's size.
    case sending(byteCount: Int, of: String, total: Int)

    /// A study was taken into the outbox.
    package struct Queued: Encodable, Sendable {
        package let event = "queued"
        package let study: String
        package let transfer: String
        package let to: String
        package let priority: Priority
        package let files: Int
        /// The same study was queued before; it is that transfer that goes on.
        package let joined: Bool
    }

    /// An attempt has failed, and another one will be made.
    package struct Retry: Encodable, Sendable {
        package let event = "retry"
        package let study: String
        package let transfer: String
        package let attempt: Int
        package let delaySeconds: Double
        package let reason: String
    }

    /// One file: delivered, sealed, or not and why.
    package struct Instance: Encodable, Sendable {
        package let event = "instance"
        package let name: String
        package let status: Status
        package var study: String?
        package var reason: String?
        /// Of the stego file that `seal` has written.
        package var path: String?
        package var method: String?
        package var record: RecordPlacement?
        package var bitsHidden: Int?
        package var psnr: Double?
        package var maximumChange: Int?
        package var changedSamples: Int?
        var embeddingEfficiency: Double?
        /// In the line each is a field of its own name.
        var methodParameters: [String: Int]?
        package var regionCoverage: Double?
        package var regionSource: String?
        package var redactedRegions: Int?
        package var redactedShare: Double?
        package var redactionSource: String?
        package var probablyShowsText: Bool?
        package var originalBytes: Int?
        package var recordBytes: Int?
        package var stegoBytes: Int?
        package var wireBytes: Int?
        package var transferSyntax: String?
        package var codec: StegoCodec?
        /// Why the codec was chosen.
        package var why: String?
        package var exact: Exactness?
        package var notes: [String]?

        package enum Status: String, Encodable {
            case delivered
            case sealed
            case failed
            /// It stays in the outbox.
            case queued
        }
    }

    package struct Study: Encodable, Sendable {
        package let event = "study"
        package let study: String
        package var transfer: String?
        package let delivered: Int
        package let failed: Int
        /// Files that stay in the outbox; absent when the study is closed.
        package var queued: Int?
        /// The file that keeps the signed receipts.
        package var receipts: String?

        package init(
            study: String, transfer: String? = nil, delivered: Int, failed: Int, queued: Int? = nil, receipts: String? = nil
        ) {
            self.study = study
            self.transfer = transfer
            self.delivered = delivered
            self.failed = failed
            self.queued = queued
            self.receipts = receipts
        }
    }

    /// A study was taken out of the outbox before all of it was delivered.
    package struct Discarded: Encodable, Sendable {
        package let event = "discarded"
        package let study: String
        package let transfer: String
        package let to: String
        /// Files that the receiver had restored by then.
        package let delivered: Int
        /// The other ones.
        package let discarded: Int
        /// The file that keeps the receipts that had come, if any had.
        package let receipts: String?
    }

    /// A session in which a receiver can send replies begins to be held, or has ended and is made again.
    package struct ReplySession: Encodable, Sendable {
        package let event = "replySession"
        package let peer: String
        package let held: Bool
        /// Why it ended, or could not be made.
        package let reason: String?
        /// Until the next attempt.
        package let delaySeconds: Double?

        package init(peer: String, held: Bool, reason: String? = nil, delaySeconds: Double? = nil) {
            self.peer = peer
            self.held = held
            self.reason = reason
            self.delaySeconds = delaySeconds
        }
    }

    /// A watcher has moved the files of a closed study away.
    package struct Filed: Encodable, Sendable {
        package let event = "filed"
        package let study: String
        package let transfer: String
        package let sent: Int
        package let failed: Int
        /// Files that were gone or had become other files meanwhile.
        let leftAlone: Int
    }

}

extension SenderEvent.Instance {
    package init(name: String, status: Status, study: String? = nil, reason: String? = nil, path: String? = nil) {
        self.name = name
        self.status = status
        self.study = study
        self.reason = reason
        self.path = path
    }

    private struct Field: CodingKey, ExpressibleByStringLiteral {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringLiteral name: String) { stringValue = name }
        init(stringValue name: String) { stringValue = name }
        init?(intValue: Int) { nil }
    }

    package func encode(to encoder: any Encoder) throws {
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
        try line.encodeIfPresent(redactedRegions, forKey: "redactedRegions")
        try line.encodeIfPresent(redactedShare, forKey: "redactedShare")
        try line.encodeIfPresent(redactionSource, forKey: "redactionSource")
        try line.encodeIfPresent(probablyShowsText, forKey: "probablyShowsText")
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
    package init(_ name: String, _ status: Status, study: String, report: SealReport?, wireBytes: Int? = nil, exact: Exactness? = nil) {
        self.init(name: name, status: status, study: study)
        self.wireBytes = wireBytes
        self.exact = exact ?? report?.exactness
        guard let report else { return }
        method = report.method
        record = report.record
        bitsHidden = report.bitsHidden
        psnr = report.peakSignalToNoiseRatio
        maximumChange = report.maximumChange
        changedSamples = report.changedSamples
        embeddingEfficiency = report.embeddingEfficiency
        methodParameters = report.methodParameters
        regionCoverage = report.regionCoverage
        regionSource = report.regionSource
        redactedRegions = report.redactedRegions
        redactedShare = report.redactedShare
        redactionSource = report.redactionSource
        probablyShowsText = report.probablyShowsText
        originalBytes = report.originalByteCount
        recordBytes = report.recordByteCount
        stegoBytes = report.stegoByteCount
        transferSyntax = report.transferSyntax
        codec = report.codec
        why = report.encodingReason
        notes = report.notes.isEmpty ? nil : report.notes
    }

    package static func failed(_ name: String, _ reason: String, study: String? = nil) -> SenderEvent.Instance {
        SenderEvent.Instance(name: name, status: .failed, study: study, reason: reason)
    }
}

/// Is told of every event, from any thread, in the order in which a file's events happen.
package protocol SenderObserver: Sendable {
    func observe(_ event: SenderEvent)
}

extension SenderEvent.Queued {
    package init(_ taken: Outbox.Enqueued) {
        let isJoined = if case .joined = taken { true } else { false }
        let study = taken.study
        self.init(
            study: study.studyUID.text, transfer: study.transferID.description, to: study.peerName.text, priority: study.priority,
            files: study.fileCount,
            joined: isJoined)
    }
}
