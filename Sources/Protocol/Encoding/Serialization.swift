import Basics
import Crypto
import SwiftProtobuf

enum Serialization {
    /// Protocol Buffers bytes with a fixed order, so that signing the same statement twice signs the same bytes.
    static func bytes(of message: some SwiftProtobuf.Message) throws(ProtocolError) -> [UInt8] {
        var options = BinaryEncodingOptions()
        options.useDeterministicOrdering = true
        do {
            return try message.serializedBytes(options: options)
        } catch {
            throw ProtocolError(.misuse, "a message could not be serialised")
        }
    }
}

enum Signing {
    /// An Ed25519 signature, 64 bytes.
    static func signature(over bytes: [UInt8], key: Curve25519.Signing.PrivateKey) throws(ProtocolError) -> [UInt8] {
        do {
            return Array(try key.signature(for: bytes))
        } catch {
            throw ProtocolError(.keyFileDamaged, "the signing key could not sign; restore the identity from its backup")
        }
    }
}

/// Walks along the outermost fields of Protocol Buffers bytes without decoding them.
///
/// An empty element of a repeated field has two bytes on the wire and dozens once it is decoded. So what a peer sends is counted first.
struct FieldWalk: IteratorProtocol {
    enum Kind: Equatable {
        case number
        /// A length and so many bytes: a message, a text, bytes.
        case delimited
        /// The beginning or the end of a group.
        case group
    }

    struct Field: Equatable {
        let number: UInt64
        let kind: Kind
        /// The whole field, its number included.
        let extent: Range<Int>
        /// The bytes of a field of lengths and bytes; empty for numbers.
        let payload: Range<Int>
    }

    private let bytes: [UInt8]
    private var position: Int
    private let end: Int
    /// The bytes are no such fields; the walk has ended there.
    private(set) var isBroken = false

    init(_ bytes: [UInt8]) {
        self.init(bytes, 0..<bytes.count)
    }

    init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    /// How often a field occurs; `nil` when that is more often than `limit`, or the bytes are no fields.
    static func count(of number: UInt64, in bytes: [UInt8], _ range: Range<Int>? = nil, limit: Int) -> Int? {
        var walk = FieldWalk(bytes, range ?? 0..<bytes.count)
        var count = 0
        while let field = walk.next() {
            guard field.number == number else { continue }
            count += 1
            if count > limit { return nil }
        }
        return walk.isBroken ? nil : count
    }

    mutating func next() -> Field? {
        guard position < end, !isBroken else { return nil }
        let beginning = position
        guard let tag = variableInteger() else { return broken() }
        let number = tag >> 3
        var kind = Kind.number
        switch tag & 7 {
        case 0:
            guard variableInteger() != nil else { return broken() }
        case 1:
            guard skip(8) else { return broken() }
        case 2:
            guard let length = variableInteger(), length <= UInt64(end - position) else { return broken() }
            let start = position
            position += Int(length)
            return Field(number: number, kind: .delimited, extent: beginning..<position, payload: start..<position)
        case 3, 4: kind = .group  // What is inside counts as if it were outside.
        case 5:
            guard skip(4) else { return broken() }
        default: return broken()
        }
        return Field(number: number, kind: kind, extent: beginning..<position, payload: position..<position)
    }

    private mutating func broken() -> Field? {
        isBroken = true
        return nil
    }

    private mutating func skip(_ count: Int) -> Bool {
        guard count <= end - position else { return false }
        position += count
        return true
    }

    private mutating func variableInteger() -> UInt64? {
        var rest = bytes[position..<end]
        defer { position = rest.startIndex }
        return LEB128.take(from: &rest, mostBytes: 10)
    }
}
