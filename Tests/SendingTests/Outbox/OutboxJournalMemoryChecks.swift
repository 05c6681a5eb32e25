import Basics
import Foundation
import Protocol
import Testing

@testable import Sending

// MARK: Watched folders, receivers, links, sums and forgetting

extension OutboxJournalCheck {
    static let memory = [
        OutboxJournalCheck("files of a watched folder are taken until they are filed") { fixture in
            let study = try await fixture.take(source: "/watched")
            _ = try await fixture.take(["a person's"])
            let journal = try fixture.open()
            #expect(try await journal.takenPaths(from: "/watched") == ["/somewhere/a", "/somewhere/b", "/somewhere/c"])
            #expect(try await journal.takenPaths(from: "/other").isEmpty)
            #expect(try await journal.unfiledStudies(from: "/watched").isEmpty, "it is not closed")
            try await journal.close(study.transferID, receipts: nil, at: Date())
            #expect(try await journal.unfiledStudies(from: "/watched").map(\.transferID) == [study.transferID])
            #expect(try await journal.takenPaths(from: "/watched").count == 3)
            try await journal.filed(study.transferID)
            #expect(try await fixture.open().unfiledStudies(from: "/watched").isEmpty)
            #expect(try await fixture.open().takenPaths(from: "/watched").isEmpty)
        },
        OutboxJournalCheck("moved files are remembered until they are forgotten") { fixture in
            func file(_ place: String, _ stamp: String, _ age: Double) -> FiledFile {
                FiledFile(
                    place: place, origin: "/watched/x", source: "/watched", stamp: stamp, digest: ContentDigest(of: [1]),
                    filed: Date(timeIntervalSince1970: 1_000_000 - age))
            }
            let journal = try fixture.open()
            try await journal.remember([file("/new", "1", 0), file("/old", "1", 100)])
            #expect(try await fixture.open().filedFiles(from: "/watched").map(\.place) == ["/old", "/new"])
            try await journal.remember([file("/new", "2", 0)])
            #expect(try await fixture.open().filedFiles(from: "/watched") == [file("/old", "1", 100), file("/new", "2", 0)])
            try await journal.forget([file("/old", "1", 100)])
            #expect(try await fixture.open().filedFiles(from: "/watched").map(\.place) == ["/new"])
            #expect(try await journal.filedFiles(from: "/other").isEmpty)
        },
        OutboxJournalCheck("terms and rates are remembered") { fixture in
            let (journal, peer) = (try fixture.open(), fixture.site.peer.fingerprint)
            let address = try PeerAddress("192.0.2.1:1")
            #expect(try await journal.terms(of: peer) == nil)
            #expect(try await journal.link(to: address) == nil)
            for keepsStego in [true, false] {
                let terms = SealingTerms(codecs: [.none, .j2k], keepsStego: keepsStego)
                let link = MeasuredLink(bytesPerSecond: keepsStego ? 1e6 : 2e6, measured: Date(timeIntervalSince1970: 1_000_000))
                try await journal.remember(terms, of: peer)
                try await journal.remember(link, to: address)
                #expect(try await fixture.open().terms(of: peer) == terms)
                #expect(try await fixture.open().link(to: address) == link)
            }
        },
        OutboxJournalCheck("the address of the newest study that had one is remembered") { fixture in
            let (journal, peer) = (try fixture.open(), fixture.site.peer.fingerprint)
            #expect(try await journal.lastAddress(of: peer) == nil)
            for (name, address) in [("a", "192.0.2.1:1"), ("b", "192.0.2.2:2"), ("c", nil)] as [(String, String?)] {
                let order = try fixture.site.order([name], address: address)
                let (study, instances) = try order.rows(content: order.contentDigest, signedBy: fixture.site.identity)
                #expect(try await journal.insert(study, instances) == nil)
            }
            #expect(try await fixture.open().lastAddress(of: peer) == PeerAddress("192.0.2.2:2"))
            #expect(try await journal.lastAddress(of: fixture.site.identity.fingerprint) == nil)
        },
        OutboxJournalCheck("sums are those of the files") { fixture in
            let study = try await fixture.take(["a", "bb", "ccc"])
            let closed = try await fixture.take(["d"])
            let journal = try fixture.open()
            try await journal.make(.sealed(.example()), of: study.transferID, [1])
            try await journal.make(.answered(by: fixture.site.receipt(study, 2)), of: study.transferID, [2])
            let now = Date()
            try await journal.close(closed.transferID, receipts: nil, at: now)
            #expect(
                try await fixture.open().depth() == OutboxDepth(files: [.planned: 1, .sealed: 1, .acknowledged: 1], originalBytes: 3))
            let (studies, sums) = try await fixture.open().summary(closedSince: now.addingTimeInterval(-60))
            #expect(studies.map(\.transferID) == [study.transferID, closed.transferID])
            let sealed = try #require(sums.first { $0.transferID == study.transferID && $0.state == .sealed })
            #expect((sealed.files, sealed.originalBytes, sealed.stegoBytes) == (1, 2, SealedFile.example().byteCount))
            #expect(sums.count == 4)
            let later = try await fixture.open().summary(closedSince: now.addingTimeInterval(60))
            #expect(later.studies.map(\.transferID) == [study.transferID] && later.sums.count == 3)
        },
        OutboxJournalCheck("closed studies are forgotten, unless a watcher waits for them") { fixture in
            let now = Date()
            let journal = try fixture.open()
            var transfers: [String: TransferID] = [:]
            let cases: [(name: String, source: String?, isFiled: Bool, age: Double)] = [
                ("plain", nil, false, 100), ("unfiled", "/watched", false, 100), ("filed", "/watched", true, 100), ("new", nil, false, 0),
            ]
            for (name, source, isFiled, age) in cases {
                let study = try await fixture.take([name], source: source) { try $0.make(.sealed(.example())) }
                transfers[name] = study.transferID
                try await journal.make(.answered(by: fixture.site.receipt(study, 0)), of: study.transferID, [0])
                try await journal.close(study.transferID, receipts: "/receipts", at: now.addingTimeInterval(-age))
                if isFiled { try await journal.filed(study.transferID) }
            }
            let date = now.addingTimeInterval(-50)
            let old = Set(["plain", "filed"].compactMap { transfers[$0] })
            #expect(Set(try await journal.transfers(closedBefore: date)) == old)
            let archived = try await journal.archivedTransfers(closedBefore: date)
            #expect(Set(archived.map(\.transferID)) == old && archived.allSatisfy { $0.receipts == "/receipts" })
            let plain = try #require(transfers["plain"])
            try await journal.forgetReceipts(of: plain)
            let row = try #require(try await fixture.open().instances(of: plain).first)
            #expect(row.receipt == nil && row.report == nil && row.state == .acknowledged)
            #expect(try await journal.archivedTransfers(closedBefore: date).map(\.transferID) == [transfers["filed"]])
            try await journal.forget(plain)
            #expect(try await fixture.open().study(plain) == nil)
            let left = try await fixture.open().forgottenStudy(plain)
            #expect(left?.transferID == plain && left?.originalStudyUID.isEmpty == false)
            #expect(try await fixture.open().forgottenStudy(try #require(transfers["filed"])) == nil)
            #expect(try await fixture.open().instances(of: plain).isEmpty)
            #expect(try await fixture.open().transferIDs().count == 3)
        },
    ]
}
