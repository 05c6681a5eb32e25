import Basics
import Protocol
import Testing

@testable import Receiving

@Suite struct TransferNameTests {
    @Test func transferNamesAreReadBack() throws {
        let transfer = TransferID()
        #expect(TransferID(hexadecimal: transfer.description) == transfer)
        for text in ["", "00", String(repeating: "g", count: 32), transfer.description + "0", "+" + transfer.description.dropFirst()] {
            #expect(TransferID(hexadecimal: text) == nil, "\(text)")
        }
    }

    @Test func transfersAreMeantByTheirBeginnings() throws {
        let transfers = [TransferID(), TransferID(), TransferID()]
        let beginnings = try [1, 0, 1].map { try TransferPrefix(String(transfers[$0].description.prefix(16))) }
        #expect(try TransferPrefix.each(beginnings, of: transfers) == [transfers[1], transfers[0]])
        #expect(throws: OperationFailure.self) { try TransferPrefix("ffffffffffff").only(of: transfers) }
    }
}
