import Testing

@testable import Receiving

/// What another application says is taken apart without trusting a length in it.
@Suite struct AssociationTests {
    @Test func acceptsAreRead() throws {
        let contexts: [UInt8] = [0x21, 0, 0, 4, 1, 0, 0, 0, 0x21, 0, 0, 4, 3, 0, 4, 0]
        let information: [UInt8] = [0x50, 0, 0, 8, 0x51, 0, 0, 4, 0, 0, 0x40, 0]
        let body = [UInt8](repeating: 0, count: 68) + contexts + information
        guard case .associateAccept(let accept) = ProtocolDataUnit(type: 2, body: body) else {
            Issue.record("not read")
            return
        }
        #expect(accept.results == [1: 0, 3: 4])
        #expect(accept.maximumLength == 0x4000)
        for count in 68..<body.count {
            if let cut = AssociateAccept(Array(body.prefix(count))) { #expect(cut.maximumLength == 0 || cut == accept) }
        }
    }

    @Test func requestsAreLaidOutAsTheStandardSays() {
        let request = AssociateRequest(
            calling: "VEILRAY", called: "PACS", contexts: [(1, PresentationContext(sopClassUID: "1.2", transferSyntaxUID: "1.2.3"))],
            maximumLength: 0x20000, implementationUID: "2.25.1", implementationVersion: "V")
        let bytes = ProtocolDataUnit.associateRequest(request).bytes
        #expect(bytes[0] == 1)
        #expect(bytes[2..<6].reduce(0) { $0 << 8 | Int($1) } == bytes.count - 6)
        #expect(String(decoding: bytes[10..<26], as: UTF8.self) == "PACS            ")
        #expect(String(decoding: bytes[26..<42], as: UTF8.self) == "VEILRAY         ")
        // PS3.8 table 9-13: the context's identifier, then one abstract and one transfer syntax.
        let context: [UInt8] = [0x20, 0, 0, 20, 1, 0, 0, 0, 0x30, 0, 0, 3] + Array("1.2".utf8) + [0x40, 0, 0, 5] + Array("1.2.3".utf8)
        #expect(Array(bytes[74 + 25..<74 + 25 + context.count]) == context)
    }

    @Test func dataGoesThereAndBack() {
        let value = PresentationDataValue(context: 5, isCommand: false, isLast: true, bytes: [1, 2, 3])
        let unit = ProtocolDataUnit.data([value])
        #expect(ProtocolDataUnit(type: 4, body: Array(unit.bytes.dropFirst(6))) == unit)
        for bytes in [[0, 0, 0], [0, 0, 0, 1, 5], [0, 0, 0, 9, 5, 2, 1], [0xFF, 0xFF, 0xFF, 0xFF, 5, 2]] as [[UInt8]] {
            #expect(ProtocolDataUnit(type: 4, body: bytes) == nil)
        }
        #expect(ProtocolDataUnit(type: 9, body: []) == nil)
        #expect(ProtocolDataUnit(type: 3, body: [0, 1]) == nil)
    }
}
