import Testing

@testable import Marks

@Suite("Custody chains")
struct CustodyChainTests {
    private let services: [TestIssuer]
    private let header: HeaderCommitment
    private let image = [UInt8](repeating: 3, count: 32)

    init() throws {
        services = try (0..<8).map { try TestIssuer("Service \($0)") }
        header = HeaderCommitment(HeaderValues { _ in [] }, try #require(HeaderBlind(bytes: [UInt8](repeating: 1, count: 16))))
    }

    private var directory: IssuerDirectory {
        var directory = IssuerDirectory()
        for service in services { directory.add(service.identifier, name: service.name, key: service.key.publicKey) }
        return directory
    }

    private func chain() throws -> CustodyChain {
        var chain = CustodyChain()
        for (index, service) in services.enumerated() {
            let operation: CustodyEntry.Operation = index == 0 ? .created : .received
            chain.append(
                try CustodyEntry(
                    operation, after: chain.entries.last, by: service.issuer, time: 1_700_000_000 + UInt64(index), imageDigest: image,
                    header: header))
        }
        return chain
    }

    @Test("Eight services in turn leave a chain without a fault, which reads back")
    func whole() throws {
        let chain = try chain()
        #expect(chain.findings(directory, head: chain.head, imageDigest: image).isEmpty)
        #expect(try CustodyChain(bytes: chain.bytes) == chain)
        #expect(chain.bytes.count == 8 * 116)
    }

    @Test("Whoever drops, moves or rewrites an entry is found, and where", arguments: 0..<8)
    func faults(place: Int) throws {
        let chain = try chain()
        func findings(_ entries: [CustodyEntry]) -> [CustodyChain.Finding] {
            CustodyChain(entries).findings(directory, head: chain.head, imageDigest: image)
        }
        var dropped = chain.entries
        dropped.remove(at: place)
        #expect(findings(dropped) == [place == 7 ? .endMissing : .gap(before: place)])

        var bytes = chain.entries[place].bytes
        bytes[24] ^= 1
        var rewritten = chain.entries
        rewritten[place] = try CustodyEntry(bytes)
        #expect(findings(rewritten).contains(.forged(entry: place)))

        var moved = chain.entries
        let entry = moved.remove(at: place)
        moved.insert(entry, at: place == 0 ? 3 : 0)
        let reordered = findings(moved)
        #expect(reordered.contains { if case .reordered = $0 { true } else { if case .gap = $0 { true } else { false } } })
    }

    @Test("Ends that the mark does not know, and strangers, are named")
    func ends() throws {
        let chain = try chain()
        #expect(chain.findings(directory, head: chain.entries[5].digest, imageDigest: image) == [.notMarked(after: 5)])
        #expect(chain.findings(directory, head: chain.head, imageDigest: [UInt8](repeating: 4, count: 32)) == [.otherImage])
        let strangers = chain.findings(TestIssuer.directory(services[0]), head: chain.head, imageDigest: image)
        #expect(strangers == (1..<8).map { .unknownService(entry: $0) })
    }
}
