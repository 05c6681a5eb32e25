import Basics
import DICOM
import Foundation
import GRDB
import Protocol
import StegoKit

/// Where the bytes of a stego file are in the spool: one range of one segment.
struct SpoolLocation: Sendable, Hashable {
    let segment: Int
    let start: Int
}

/// What became of an instance for good, and when: all that its receipt says, so that the same receipt can be signed again.
struct SettledOutcome: Sendable, Hashable {
    let outcome: InstanceOutcome
    let date: Date

    /// - Parameter date: rounded to the milliseconds that receipts and the journal keep.
    init(_ outcome: InstanceOutcome, date: Date = Date()) {
        self.outcome = outcome
        self.date = Timestamp.date(trusted: Timestamp.milliseconds(date))
    }
}

/// An instance as the journal knows it.
package struct InstanceRecord: Sendable {
    /// Place in the manifest.
    let position: Int
    package let path: String
    /// Of the original.
    let byteCount: Int
    /// Of the original.
    package let digest: ContentDigest
    package let state: InstanceState
    /// The stego file that is arriving or has arrived.
    package let stego: StegoPart?
    /// For `restored` and `failed`.
    let outcome: SettledOutcome?

    /// How much of which stego file is in the spool, down to the disk.
    package struct StegoPart: Sendable, Hashable {
        package let digest: ContentDigest
        let byteCount: Int
        let location: SpoolLocation
        let durable: Int
    }

    init(_ row: Row) throws {
        position = row["position"]
        path = row["path"]
        byteCount = row["byteCount"]
        digest = try Self.digest(row["digest"])
        state = try InstanceState(rawValue: row["state"]).orDamaged()
        if [.arriving, .arrived].contains(state) {
            stego = StegoPart(
                digest: try Self.digest(row["stegoDigest"]), byteCount: row["stegoBytes"],
                location: SpoolLocation(segment: row["segment"], start: row["start"]), durable: row["durable"])
        } else {
            stego = nil
        }
        outcome = try Self.outcome(state, row)
    }

    private static func outcome(_ state: InstanceState, _ row: Row) throws -> SettledOutcome? {
        switch state {
        case .restored:
            let exactness = try InstanceOutcome.Exactness(rawValue: row["exactness"]).orDamaged()
            return SettledOutcome(
                .restored(digest: try digest(row["restoredDigest"]), exactness: exactness), date: Timestamp.date(trusted: row["settled"]))
        case .failed:
            let code = try InstanceFailure.Code(rawValue: row["failureCode"]).orDamaged()
            return SettledOutcome(.failed(InstanceFailure(code, row["reason"])), date: Timestamp.date(trusted: row["settled"]))
        case .awaited, .arriving, .arrived, .withdrawn:
            return nil
        }
    }

    private static func digest(_ bytes: Data?) throws -> ContentDigest {
        try bytes.flatMap { ContentDigest(bytes: $0) }.orDamaged()
    }
}

/// An instance that is in the spool as a whole and waits to be restored.
package struct ArrivedInstance: Sendable, Hashable {
    package let transfer: TransferID
    /// StudyInstanceUID of the stego files.
    package let studyUID: String
    package let peer: String
    package let sender: Fingerprint
    let position: Int
    package let path: String
    package let digest: ContentDigest
    /// Of the original, as the manifest claims.
    let byteCount: Int
    let stegoBytes: Int
    let stegoDigest: ContentDigest
    let location: SpoolLocation
    /// What the sender's session agreed on.
    var codecs = Set(StegoCodec.allCases)
    /// How often restoring it was begun, the attempt that is under way or due included, since a program last ended in order.
    package var attempts = 0
}

/// What the journal is told of an instance that has come to its end.
struct Settlement: Sendable {
    let transfer: TransferID
    let position: Int
    let result: SettledOutcome
    let stegoBytes: Int?
    /// Where the restored file is, also one that was set aside for a conflict.
    let published: String?
    var sopInstanceUID: String?
    /// What people call the study, from this file's header.
    var heading: StudyHeading?
    /// Of a file that was restored and set aside for a conflict: what it is, should somebody accept it.
    var setAside: InstanceOutcome?
}

extension StudyHeading {
    /// As the journal has it: JSON.
    package func text() throws -> String { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }

    init?(text: String?) {
        guard let text, let heading = try? JSONDecoder().decode(StudyHeading.self, from: Data(text.utf8)) else { return nil }
        self = heading
    }
}

/// A journal that holds a value that makes no sense: damaged, or written by something else.
struct DamagedInbox: Error, CustomStringConvertible {
    let description = "the inbox's journal holds a value that makes no sense"
}

extension Optional {
    /// What must be in the journal.
    package func orDamaged() throws -> Wrapped {
        guard let self else { throw DamagedInbox() }
        return self
    }
}

extension TransferID {
    /// Reads ``description``: 32 hexadecimal digits.
    package init?(hexadecimal text: String) {
        guard let bytes = [UInt8](hexadecimal: text) else { return nil }
        self.init(bytes: bytes)
    }
}

extension StegoCodec {
    /// Codecs as the journal has them: their names, a comma between them.
    package static func names(of codecs: some Sequence<StegoCodec>) -> String { codecs.map(\.rawValue).sorted().joined(separator: ",") }

    package static func named(_ names: String) -> Set<StegoCodec> {
        Set(names.split(separator: ",").compactMap { StegoCodec(rawValue: String($0)) })
    }
}
