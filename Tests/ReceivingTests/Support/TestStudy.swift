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

/// A stego file of a few bytes that announces an image of any size.
struct AnnouncedImage {
    var rows: UInt16 = 65_535
    var columns: UInt16 = 65_535
    /// JPEG 2000, lossless only.
    var transferSyntax = "1.2.840.10008.1.2.4.90"

    var bytes: [UInt8] {
        let syntax = element(2, 0x10, "UI", Array(transferSyntax.utf8) + (transferSyntax.utf8.count % 2 == 0 ? [] : [0]))
        let length = element(2, 0, "UL", little(UInt32(syntax.count)))
        let image =
            element(0x28, 0x02, "US", little(UInt16(1))) + element(0x28, 0x04, "CS", Array("MONOCHROME2 ".utf8))
            + element(0x28, 0x10, "US", little(rows)) + element(0x28, 0x11, "US", little(columns))
            + element(0x28, 0x100, "US", little(UInt16(8))) + element(0x28, 0x101, "US", little(UInt16(8)))
            + element(0x28, 0x102, "US", little(UInt16(7))) + element(0x28, 0x103, "US", little(UInt16(0)))
        let pixels =
            little(UInt16(0x7FE0)) + little(UInt16(0x10)) + Array("OB".utf8) + [0, 0, 0xFF, 0xFF, 0xFF, 0xFF]
            + item(0xE000, []) + item(0xE000, [0xFF, 0x4F, 0xFF, 0x51]) + item(0xE0DD, [])
        return [UInt8](repeating: 0, count: 128) + Array("DICM".utf8) + length + syntax + image + pixels
    }

    private func element(_ group: UInt16, _ number: UInt16, _ representation: String, _ value: [UInt8]) -> [UInt8] {
        little(group) + little(number) + Array(representation.utf8) + little(UInt16(value.count)) + value
    }

    private func item(_ number: UInt16, _ value: [UInt8]) -> [UInt8] {
        little(UInt16(0xFFFE)) + little(number) + little(UInt32(value.count)) + value
    }

    private func little(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
}
