import Crypto
import Foundation

/// A service's signed statement of its work on an image.
public struct CustodyEntry: Hashable, Sendable {
    /// The service's work.
    public enum Operation: UInt8, Sendable, CaseIterable {
        case created = 1
        case received = 2
        case viewed = 3
        case annotated = 4
        case compressedLossless = 5
        case compressedLossy = 6
        case deidentified = 7
        case exported = 8

        /// As a command line spells it.
        public var name: String {
            switch self {
            case .created: "created"
            case .received: "received"
            case .viewed: "viewed"
            case .annotated: "annotated"
            case .compressedLossless: "compressed-lossless"
            case .compressedLossy: "compressed-lossy"
            case .deidentified: "de-identified"
            case .exported: "exported"
            }
        }
    }

    /// Bytes of an entry.
    public static let byteCount = 116

    private static let signedByteCount = 52
    private static let domain = Array("veilray.custody.1".utf8)

    /// SHA-256 of the entry before, cut to 16 bytes; zeros for the first.
    public let previous: [UInt8]
    public let service: IssuerIdentifier
    /// Seconds since 1970.
    public let time: UInt64
    /// As its byte stands in the entry; `operation` where it is a known one.
    let operationByte: UInt8
    let flags: UInt16
    /// The image's digest after what was done, cut to 16 bytes.
    public let imageDigest: [UInt8]
    /// Of the header's commitment, four bytes.
    public let headerDigest: [UInt8]
    let signature: [UInt8]

    /// `nil` for an operation that a later release has brought.
    public var operation: Operation? { Operation(rawValue: operationByte) }

    /// Signs an entry.
    public init(
        _ operation: Operation, after previous: CustodyEntry?, by service: MarkIssuer, time: UInt64, imageDigest: [UInt8],
        header: HeaderCommitment
    ) throws {
        guard imageDigest.count >= 16, time < 1 << 40 else { throw MarksError(.format, "an entry of a custody chain is out of range") }
        self.previous = previous.map { Array($0.digest.prefix(16)) } ?? [UInt8](repeating: 0, count: 16)
        (self.service, self.time, operationByte, flags) = (service.identifier, time, operation.rawValue, 0)
        (self.imageDigest, headerDigest) = (Array(imageDigest.prefix(16)), header.digest)
        signature = try service.sign(
            Self.domain + Self.signed(self.previous, service.identifier, time, operation.rawValue, 0, self.imageDigest, headerDigest))
        guard signature.count == 64 else { throw MarksError(.key, "a signature does not have 64 bytes") }
    }

    /// - Throws: `MarksError` of code `format`.
    public init(_ bytes: [UInt8]) throws {
        var fields = FieldReader(bytes[...])
        previous = try fields.take(16)
        guard let service = IssuerIdentifier(bytes: try fields.take(8)) else { throw MarksError(.format, "an entry names no service") }
        self.service = service
        time = try fields.number(5)
        operationByte = try fields.take(1)[0]
        flags = UInt16(truncatingIfNeeded: try fields.number(2))
        imageDigest = try fields.take(16)
        headerDigest = try fields.take(4)
        signature = try fields.take(64)
        guard fields.count == 0 else { throw MarksError(.format, "an entry of a custody chain has \(Self.byteCount) bytes") }
    }

    public var bytes: [UInt8] { signedBytes + signature }

    private var signedBytes: [UInt8] { Self.signed(previous, service, time, operationByte, flags, imageDigest, headerDigest) }

    private static func signed(
        _ previous: [UInt8], _ service: IssuerIdentifier, _ time: UInt64, _ operation: UInt8, _ flags: UInt16, _ image: [UInt8],
        _ header: [UInt8]
    ) -> [UInt8] {
        var bytes = previous + service.bytes
        bytes.appendBigEndian(time, byteCount: 5)
        bytes.append(operation)
        bytes.appendBigEndian(UInt64(flags), byteCount: 2)
        return bytes + image + header
    }

    /// SHA-256 of the entry.
    public var digest: [UInt8] { Array(SHA256.hash(data: bytes)) }

    /// Whether the service that the entry names has signed it.
    func judgement(_ directory: IssuerDirectory) -> IssuerDirectory.Judgement {
        directory.judge(signature, over: Self.domain + signedBytes, by: service)
    }
}
