import DICOMNetwork
import Foundation
import Testing

@testable import Receiving

@Suite struct StoreStatusTests {
    /// PS3.7 Annex C, PS3.4 table B.2-1.
    @Test(arguments: [0x0000, 0x0001, 0x0107, 0x0116, 0xB000, 0xB006, 0xB007, 0xB123, 0xBFFF] as [UInt16])
    func isStored(_ code: UInt16) {
        let status = StoreStatus(code: code, comment: "")
        #expect(status.isStored)
        #expect(status.isWarning == (code != 0))
        #expect(!status.isPermanent)
    }

    @Test(
        arguments: [
            (0xA700, false), (0xA7FF, false), (0xA900, true), (0xA9FF, true), (0xC000, true), (0xCFFF, true), (0x0110, false),
            (0x0122, true), (0x0124, true), (0x0111, true), (0xFE00, false), (0xA800, false), (0xD000, false),
        ] as [(UInt16, Bool)])
    func isNotStored(_ code: UInt16, _ isPermanent: Bool) {
        let status = StoreStatus(code: code, comment: "disk broken")
        #expect(!status.isStored)
        #expect(status.isPermanent == isPermanent)
        #expect(status.description.contains(String(format: "%04X", Int(code))) && status.description.contains("disk broken"))
    }

    private func trouble(_ code: UInt16) -> ForwardingTrouble {
        let file = ForwardingStudy.File(position: 0, path: "/in/a.dcm")
        let status = StoreStatus(code: code, comment: "")
        return ForwardingTrouble(
            file: file, identity: nil, status: status.digits, reason: status.description, isPermanent: status.isPermanent)
    }

    @Test func patienceEnds() {
        let start = Date(timeIntervalSince1970: 1_000_000)
        let (permanent, passing) = (trouble(0xA900), trouble(0xA700))
        func isOver(_ troubles: [ForwardingTrouble], _ attempts: Int, days: Double) -> Bool {
            ForwardingPatience.isOver(troubles, attempts: attempts, since: start, now: start + days * 86_400)
        }
        #expect(!isOver([permanent], 2, days: 100))
        #expect(isOver([permanent], 3, days: 0))
        #expect(!isOver([permanent, passing], 3, days: 6))
        #expect(isOver([permanent, passing], 20, days: 7))
        // A clock that is set ahead ends nothing by itself.
        #expect(!isOver([passing], 5, days: 1000))
    }
}
