import Foundation

/// What the responder answers: the terms of this session.
struct Welcome: Sendable, Hashable {
    var version: UInt32
    var versions: [UInt32]
    /// What both can do.
    var capabilities: Capabilities
    var nonce: [UInt8]
    var fingerprint: Fingerprint
    /// Whether the responder may open studies.
    var isSource: Bool
    /// On what terms the responder takes studies; `nil` when it takes none.
    var sink: SinkTerms?
}

extension Welcome {
    init(body: [UInt8]) throws(ProtocolError) {
        guard let wire = try? WireWelcomeBody(serializedBytes: body), wire.nonce.count == Hello.nonceByteCount,
            let fingerprint = Fingerprint(bytes: wire.fingerprint)
        else { throw .violation("a Welcome that cannot be read") }
        version = wire.version
        versions = Array(wire.versions.prefix(64))
        capabilities = Capabilities(wire.capabilities)
        nonce = Array(wire.nonce)
        self.fingerprint = fingerprint
        isSource = wire.source
        sink = wire.hasSink ? try SinkTerms(wire.sink) : nil
    }

    func body() throws(ProtocolError) -> [UInt8] {
        try Serialization.bytes(
            of: WireWelcomeBody.with {
                $0.version = version
                $0.versions = versions
                $0.capabilities = capabilities.wire
                $0.nonce = Data(nonce)
                $0.fingerprint = Data(fingerprint.bytes)
                $0.source = isSource
                if let sink { $0.sink = sink.wire }
            })
    }
}
