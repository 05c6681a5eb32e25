import ArgumentParser
import Basics
import CommandLineSupport
import DICOM
import Files
import Foundation
import StegoKit
import Testing

@testable import SendingCommandLine
@testable import Sending

@Suite struct RegionOptionsTests {
    private func choices(_ arguments: String...) throws -> RegionChoices { try RegionOptions.parse(arguments).choices() }

    @Test func nothingSaidIsLeftToTheMethod() throws {
        let choices = try choices()
        #expect(choices == RegionChoices())
        #expect(choices.policy(standard: .everywhere).scope == .everywhere)
        #expect(choices.policy(standard: .regionOfNonInterest).scope == .regionOfNonInterest)
        #expect(choices.policy(standard: .regionOfNonInterest).source == .automatic)
    }

    @Test func whoeverNamesARegionWantsItLeftAlone() throws {
        #expect(try choices("--roi", "1,2,3,4").policy(standard: .everywhere).scope == .regionOfNonInterest)
        #expect(try choices("--roi-source", "anatomy").policy(standard: .everywhere).scope == .regionOfNonInterest)
        #expect(try choices("--region", "everywhere").policy(standard: .regionOfNonInterest).scope == .everywhere)
        let two = try choices("--roi", "1,2,3,4", "--roi", "-5,6,7,8")
        #expect(two.shapes.everyImage == [.rectangle(x: 1, y: 2, width: 3, height: 4), .rectangle(x: -5, y: 6, width: 7, height: 8)])
    }

    @Test(arguments: [
        ["--roi", "1,2,3"], ["--roi", "a"], ["--region", "roi"], ["--roi-source", "found"], ["--region", "everywhere", "--roi", "1,2,3,4"],
        ["--region", "everywhere", "--roi-source", "auto"], ["--roi", "1,2,3,4", "--roi-source", "auto"],
        ["--roi-file", "a.json", "--roi-source", "dicom"],
    ])
    func contradictions(_ arguments: [String]) {
        #expect(throws: (any Error).self) { try RegionOptions.parse(arguments) }
    }

    @Test func fileOfRegions() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "veilray-regions-\(UUID().uuidString).json").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(#"{"rectangles": [[1, 2, 3, 4]]}"#.utf8).write(to: URL(filePath: path))
        let shapes = try choices("--roi-file", path, "--roi", "5,6,7,8").shapes
        #expect(shapes.everyImage == [.rectangle(x: 1, y: 2, width: 3, height: 4), .rectangle(x: 5, y: 6, width: 7, height: 8)])
        try Data(#"{"rectangles": [[1, 2, 3]]}"#.utf8).write(to: URL(filePath: path))
        #expect {
            try choices("--roi-file", path)
        } throws: {
            ($0 as? OperationFailure)?.kind == .invalidRequest
        }
        #expect(throws: FileError.self) { try choices("--roi-file", path + ".missing") }
    }

    /// What is kept with a study comes back, and a study from before there were regions still does.
    @Test func choicesAreKept() throws {
        var choices = try choices("--roi", "1,2,3,4")
        choices.annotationFiles = ["/images/structures.dcm"]
        #expect(try JSONDecoder().decode(RegionChoices.self, from: JSONEncoder().encode(choices)) == choices)
        let old = Data(#"{"method": "stc", "codec": "j2k", "effort": "auto"}"#.utf8)
        let kept = try JSONDecoder().decode(SealingChoices.self, from: old)
        #expect(kept.region == nil)
        #expect(kept.regionPolicy == RegionPolicy(scope: .regionOfNonInterest))
    }

    /// Files that say nothing about regions, or cannot be read, are no reason not to seal the others.
    @Test func unreadableAnnotations() {
        #expect(AnnotationFiles.annotations(in: ["/nonexistent/structures.dcm"]).isEmpty)
    }
}
