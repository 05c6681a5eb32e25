/// What two DICOM applications say to each other below the messages (PS3.8 §9.3).
enum ProtocolDataUnit: Equatable {
    case associateRequest(AssociateRequest)
    case associateAccept(AssociateAccept)
    /// Result, source and reason (PS3.8 table 9-21).
    case associateReject(result: UInt8, source: UInt8, reason: UInt8)
    case data([PresentationDataValue])
    case releaseRequest
    case releaseResponse
    /// Source and reason (PS3.8 table 9-26).
    case abort(source: UInt8, reason: UInt8)

    /// Of every unit: type, a reserved byte, and the length of what follows.
    static let headerByteCount = 6

    /// `nil` for what is no such unit, or is damaged.
    init?(type: UInt8, body: [UInt8]) {
        var reader = BigEndianReader(body)
        switch type {
        case 0x02:
            guard let accept = AssociateAccept(body) else { return nil }
            self = .associateAccept(accept)
        case 0x03:
            guard body.count >= 4 else { return nil }
            self = .associateReject(result: body[1], source: body[2], reason: body[3])
        case 0x04:
            var values: [PresentationDataValue] = []
            while !reader.isAtEnd {
                guard let length = reader.uint32(), length >= 2, let value = reader.bytes(Int(length)) else { return nil }
                values.append(
                    PresentationDataValue(
                        context: value[0], isCommand: value[1] & 1 != 0, isLast: value[1] & 2 != 0, bytes: Array(value[2...])))
            }
            self = .data(values)
        case 0x05: self = .releaseRequest
        case 0x06: self = .releaseResponse
        case 0x07:
            guard body.count >= 4 else { return nil }
            self = .abort(source: body[2], reason: body[3])
        default: return nil
        }
    }

    /// As it goes onto the wire. This side never accepts or rejects associations.
    var bytes: [UInt8] {
        switch self {
        case .associateRequest(let request): Self.unit(0x01, request.body)
        case .data(let values):
            Self.unit(
                0x04,
                values.flatMap { value -> [UInt8] in
                    bigEndian(UInt32(value.bytes.count + 2)) + [value.context, (value.isCommand ? 1 : 0) | (value.isLast ? 2 : 0)]
                        + value.bytes
                })
        case .releaseRequest: Self.unit(0x05, [0, 0, 0, 0])
        case .releaseResponse: Self.unit(0x06, [0, 0, 0, 0])
        case .abort(let source, let reason): Self.unit(0x07, [0, 0, source, reason])
        case .associateAccept, .associateReject: []
        }
    }

    private static func unit(_ type: UInt8, _ body: [UInt8]) -> [UInt8] { [type, 0] + bigEndian(UInt32(body.count)) + body }
}

/// A piece of a message (PS3.8 §9.3.5.1).
struct PresentationDataValue: Equatable {
    let context: UInt8
    let isCommand: Bool
    let isLast: Bool
    let bytes: [UInt8]
}

/// A SOP class in a transfer syntax, which an association may be good for.
struct PresentationContext: Hashable, Comparable {
    let sopClassUID: String
    let transferSyntaxUID: String

    static func < (left: PresentationContext, right: PresentationContext) -> Bool {
        (left.sopClassUID, left.transferSyntaxUID) < (right.sopClassUID, right.transferSyntaxUID)
    }
}

/// The request for an association (PS3.8 §9.3.2).
struct AssociateRequest: Equatable {
    /// Identifiers of contexts are the odd numbers of a byte.
    static let mostContexts = 128
    private static let applicationContext = "1.2.840.10008.3.1.1.1"

    let calling: String
    let called: String
    let contexts: [(number: UInt8, PresentationContext)]
    /// Of one unit of data that this side takes.
    let maximumLength: UInt32
    let implementationUID: String
    let implementationVersion: String

    static func == (left: AssociateRequest, right: AssociateRequest) -> Bool { left.body == right.body }

    var body: [UInt8] {
        var body: [UInt8] = [0, 1, 0, 0] + Self.title(called) + Self.title(calling) + [UInt8](repeating: 0, count: 32)
        body += item(0x10, Array(Self.applicationContext.utf8))
        for (number, context) in contexts {
            body += item(
                0x20,
                [number, 0, 0, 0] + item(0x30, Array(context.sopClassUID.utf8)) + item(0x40, Array(context.transferSyntaxUID.utf8)))
        }
        return body
            + item(
                0x50,
                item(0x51, bigEndian(maximumLength)) + item(0x52, Array(implementationUID.utf8))
                    + item(0x55, Array(implementationVersion.utf8)))
    }

    private static func title(_ text: String) -> [UInt8] { Array((Array(text.utf8) + [UInt8](repeating: 0x20, count: 16)).prefix(16)) }

    private func item(_ type: UInt8, _ bytes: [UInt8]) -> [UInt8] { [type, 0] + bigEndian(UInt16(bytes.count)) + bytes }
}

/// The answer to it (PS3.8 §9.3.3).
struct AssociateAccept: Equatable {
    /// What became of each context: 0 accepted, 1 and 2 no reason, 3 the SOP class is not taken, 4 the transfer syntax is not.
    let results: [UInt8: UInt8]
    /// Of one unit of data that the other side takes; 0 for any.
    let maximumLength: UInt32

    init?(_ body: [UInt8]) {
        guard body.count >= 68 else { return nil }
        var reader = BigEndianReader(Array(body[68...]))
        var results: [UInt8: UInt8] = [:]
        var maximum: UInt32 = 0
        while !reader.isAtEnd {
            guard let (type, value) = reader.item() else { return nil }
            if type == 0x21, value.count >= 4 { results[value[0]] = value[2] }
            if type == 0x50 {
                var information = BigEndianReader(value)
                while !information.isAtEnd {
                    guard let (type, value) = information.item() else { return nil }
                    var number = BigEndianReader(value)
                    if type == 0x51, let length = number.uint32() { maximum = length }
                }
            }
        }
        (self.results, maximumLength) = (results, maximum)
    }
}

/// Reads what an application sent; `nil` wherever there is less than there should be.
private struct BigEndianReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func bytes(_ count: Int) -> [UInt8]? {
        guard count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    mutating func uint16() -> UInt16? { bytes(2)?.reduce(0) { $0 << 8 | UInt16($1) } }
    mutating func uint32() -> UInt32? { bytes(4)?.reduce(0) { $0 << 8 | UInt32($1) } }

    /// Type and value of an item.
    mutating func item() -> (UInt8, [UInt8])? {
        guard let head = bytes(2), let length = uint16(), let value = bytes(Int(length)) else { return nil }
        return (head[0], value)
    }
}

private func bigEndian(_ number: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: number.bigEndian) { Array($0) } }
