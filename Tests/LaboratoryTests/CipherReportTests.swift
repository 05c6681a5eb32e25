import Ciphers
import Foundation
import TestSupport
import Testing

@testable import Laboratory

@Suite struct CipherReportTests {
    /// Also the cipher that takes squares alone has its pictures.
    @Test func anImageInColourThatIsNoSquareHasAPage() throws {
        let plane = try Plane(width: 40, height: 24, channels: 3, bits: 8, samples: (0..<40 * 24 * 3).map { UInt16($0 % 256) })
        let subjects = TrialSubject.all(desBits: 8).filter { $0.label.hasPrefix("a") }
        let trials = try subjects.map { try CipherTrial($0, plane, runs: 1, seed: 1) }
        var page = CipherReport()
        try page.add(
            plane,
            (CipherTable.statistics(trials), CipherTable.costs(trials, reference: 1), CipherTable.attacks([])), subjects, seed: 1)
        let folder = try TemporaryFolder()
        try page.write(to: folder("report"))
        let html = try String(contentsOfFile: folder("report/report.html"), encoding: .utf8)
        #expect(subjects.count > 3)
        for subject in subjects { #expect(html.contains("Image 1, \(subject.label)</h3>")) }
    }
}
