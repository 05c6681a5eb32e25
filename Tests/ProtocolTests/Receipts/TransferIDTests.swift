import Basics
import Testing

@testable import Protocol

@Suite struct TransferPrefixTests {
    private static let transfers = [
        "f31e240ee85faf15e0ac4c833e0db047", "f31e2499e85faf15e0ac4c833e0db047", "00000000000000000000000000000001",
    ].compactMap { TransferID(hexadecimal: $0) }

    @Test(arguments: ["f31e240", "F31E240EE85FAF15E0AC4C833E0DB047"]) func beginningsOfOne(_ text: String) throws {
        #expect(try TransferPrefix(text).only(of: Self.transfers) == Self.transfers[0])
    }

    @Test(arguments: ["", "f31e2", "f31e2g", "../../x", "f31e24 ", "f31e240ee85faf15e0ac4c833e0db0470", "ｆ31e240"])
    func noTransfers(_ text: String) {
        #expect(throws: OperationFailure.self) { try TransferPrefix(text) }
    }

    @Test func noneAndSeveral() throws {
        for (text, word) in [("f31e24", "give more digits"), ("abcdef", "no transfer abcdef")] {
            let failure = #expect(throws: OperationFailure.self) { try TransferPrefix(text).only(of: Self.transfers) }
            #expect(failure?.kind == .invalidRequest)
            #expect(failure?.description.contains(word) == true)
        }
    }

    @Test func eachOnce() throws {
        let arguments = try ["000000", "f31e240", "0000000000"].map { try TransferPrefix($0) }
        #expect(try TransferPrefix.each(arguments, of: Self.transfers) == [Self.transfers[2], Self.transfers[0]])
    }
}
