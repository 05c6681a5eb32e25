import Basics
import Foundation
import Protocol

@testable import Receiving

/// A manifest and what its instances look like on their way.
struct TestStudy: Sendable {
    static let clinic = Result { try Identity.create(name: PeerName("Test Clinic")) }

    let manifest: Manifest
    let key = [UInt8](repeating: 7, count: 32)
    var transfer: TransferID { manifest.transferID }

    /// - Parameter names: paths; the content of each original is its path, unless `contents` says otherwise.
    init(_ names: [String], contents: [String: String] = [:], sender: Identity? = nil) throws {
        let entries = try names.map { name in
            let content = Array((contents[name] ?? name).utf8)
            return try ManifestEntry(path: name, byteCount: UInt64(content.count), digest: ContentDigest(of: content))
        }
        manifest = try Manifest(
            studyUID: try StudyUID("2.25.4711"), entries: entries, signedBy: try sender ?? Self.clinic.get())
    }

    func part(_ position: Int, durable: Int, of byteCount: Int = 100, segment: Int = 1, start: Int = 0) -> InstanceRecord.StegoPart {
        InstanceRecord.StegoPart(
            digest: ContentDigest(of: [UInt8(position)]), byteCount: byteCount,
            location: SpoolLocation(segment: segment, start: start), durable: durable)
    }

    /// The instance's end: restored as it was.
    func restored(_ position: Int, at path: String? = nil, uid: String? = nil) -> InstanceCommit {
        InstanceCommit(
            transfer: transfer, position: position,
            result: CommittedOutcome(.restored(digest: manifest.entries[position].digest, exactness: .bytes)), stegoBytes: 100,
            published: path ?? "/studies/\(manifest.entries[position].path)", sopInstanceUID: uid)
    }

    func failed(_ position: Int, _ code: InstanceFailure.Code = .tampered) -> InstanceCommit {
        InstanceCommit(
            transfer: transfer, position: position, result: CommittedOutcome(.failed(InstanceFailure(code, "no good"))), stegoBytes: 100,
            published: nil, sopInstanceUID: nil)
    }
}
