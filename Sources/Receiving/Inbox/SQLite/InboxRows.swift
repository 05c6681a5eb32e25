import Basics
import DICOM
import Foundation
import GRDB
import Protocol
import StegoKit

extension InstanceRecord {
    /// Reads a row of `instance`.
    ///
    /// - Throws: ``ReceivingError`` `.journalDamaged`
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

    private static func outcome(_ state: InstanceState, _ row: Row) throws -> CommittedOutcome? {
        switch state {
        case .restored:
            let exactness = try InstanceOutcome.Exactness(rawValue: row["exactness"]).orDamaged()
            return CommittedOutcome(
                .restored(digest: try digest(row["restoredDigest"]), exactness: exactness), date: Timestamp.date(trusted: row["settled"]))
        case .failed:
            let code = try InstanceFailure.Code(rawValue: row["failureCode"]).orDamaged()
            return CommittedOutcome(.failed(InstanceFailure(code, row["reason"])), date: Timestamp.date(trusted: row["settled"]))
        case .awaited, .arriving, .arrived, .withdrawn:
            return nil
        }
    }

    private static func digest(_ bytes: Data?) throws -> ContentDigest {
        try bytes.flatMap { ContentDigest(bytes: $0) }.orDamaged()
    }
}

extension StudyHeading {
    /// As the journal has it: JSON.
    func text() throws -> String { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }

    init?(text: String?) {
        guard let text, let heading = try? JSONDecoder().decode(StudyHeading.self, from: Data(text.utf8)) else { return nil }
        self = heading
    }
}

extension ClinicalOrder {
    /// As the journal has it: JSON.
    func text() throws -> String { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }

    init?(text: String?) {
        guard let text, let order = try? JSONDecoder().decode(ClinicalOrder.self, from: Data(text.utf8)) else { return nil }
        self = order
    }
}

extension StegoCodec {
    /// Codecs as the journal has them: their names, a comma between them.
    static func names(of codecs: some Sequence<StegoCodec>) -> String { codecs.map(\.rawValue).sorted().joined(separator: ",") }

    static func named(_ names: String) -> Set<StegoCodec> {
        Set(names.split(separator: ",").compactMap { StegoCodec(rawValue: String($0)) })
    }
}
