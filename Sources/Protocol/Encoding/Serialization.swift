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
