import ArgumentParser
import CommandLineSupport
import Concurrency
import DICOM
import Foundation
import StegoKit
import Testing

@testable import Experiments
@testable import Sender

@Suite("evaluate")
struct EvaluateCommandTests {
    /// A folder with a few small images and a text; gone when the test ends.
    private final class Folder {
        let path = FileManager.default.temporaryDirectory.appending(path: "veilray-evaluate-\(UUID().uuidString)").path
        var images: String { path + "/images" }
        var report: String { path + "/report" }

        init(imageCount: Int) throws {
            try FileManager.default.createDirectory(atPath: images, withIntermediateDirectories: true)
            for number in 0..<imageCount {
                try Data(Self.image(number)).write(to: URL(filePath: "\(images)/NOBODY-\(number).dcm"))
            }
            try Data("no image".utf8).write(to: URL(filePath: "\(images)/letter.txt"))
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func text(_ name: String) throws -> String { try String(contentsOfFile: "\(report)/\(name)", encoding: .utf8) }

        private static func image(_ number: Int) throws -> [UInt8] {
            let header = DataSet([
                DataElement(.sopClassUID, .UI, strings: ["1.2.840.10008.5.1.4.1.1.2"]),
                DataElement(.sopInstanceUID, .UI, strings: ["2.25.78.1.\(number)"]),
                DataElement(.seriesInstanceUID, .UI, strings: ["2.25.78.1"]),
                DataElement(.modality, .CS, strings: ["CT"]),
                DataElement(.patientName, .PN, strings: ["NOBODY^AT^ALL"]),
                DataElement(.samplesPerPixel, .US, integers: [1]),
                DataElement(.photometricInterpretation, .CS, strings: ["MONOCHROME2"]),
                DataElement(.rows, .US, integers: [64]),
                DataElement(.columns, .US, integers: [64]),
                DataElement(.bitsAllocated, .US, integers: [16]),
                DataElement(.bitsStored, .US, integers: [12]),
                DataElement(.highBit, .US, integers: [11]),
                DataElement(.pixelRepresentation, .US, integers: [0]),
            ])
            let pixels = (0..<64 * 64).flatMap { index -> [UInt8] in
                let value = UInt16(400 + index / 64 * 8 + (index * index + number * 31) % 13)
                return [UInt8(truncatingIfNeeded: value), UInt8(value >> 8)]
            }
            return try DICOMWriter.write(dataSet: header, transferSyntax: .explicitLittleEndian, pixels: .native(pixels))
        }
    }

    private func evaluate(_ folder: Folder, _ more: [String] = []) async throws {
        let arguments = [folder.images, "--report", folder.report, "--payload", "20", "--methods", "lsb", "--splits", "2", "--json"]
        try await EvaluateCommand.parse(arguments + more).evaluate()
    }

    @Test("writes a report that names nobody, and never over another one")
    func report() async throws {
        let folder = try Folder(imageCount: 3)
        try await evaluate(folder)
        for name in ReportFolder.fileNames {
            let text = try folder.text(name)
            #expect(!text.contains("NOBODY") && !text.contains("2.25.78") && !text.contains(folder.path), "\(name)")
        }
        #expect(try folder.text("report.html").contains("3 images"))
        #expect(try folder.text("metrics.csv").split(separator: "\n").count == 1 + 3 * 5)
        try Data("mine".utf8).write(to: URL(filePath: "\(folder.report)/metrics.csv"))
        await #expect(throws: (any Error).self) { try await evaluate(folder) }
        #expect(try folder.text("metrics.csv") == "mine")
        try await evaluate(folder, ["--replace", "--without-pictures"])
        #expect(try folder.text("metrics.csv") != "mine")
        #expect(!(try folder.text("report.html").contains("data:image")))
    }

    @Test("regions are given as for a study")
    func regions() async throws {
        let folder = try Folder(imageCount: 2)
        try await evaluate(folder, ["--roi", "8,8,32,32", "--without-pictures"])
        #expect(try folder.text("report.html").contains("only samples outside the regions that were given may change"))
        let shapes = folder.path + "/shapes.json"
        try Data(#"{"rectangles": [[0, 0, 64, 60]]}"#.utf8).write(to: URL(filePath: shapes))
        try await evaluate(folder, ["--roi-file", shapes, "--replace", "--without-pictures"])
        let metrics = try folder.text("metrics.csv")
        try await evaluate(folder, ["--replace", "--without-pictures"])
        #expect(try folder.text("metrics.csv") != metrics, "the region makes a difference")
        #expect(!(try folder.text("report.html").contains("may change")))
        await #expect(throws: (any Error).self) { try await evaluate(folder, ["--roi-file", shapes + ".missing", "--replace"]) }
    }

    /// Without a word an evaluation has no region, and `--region roni` alone is the anatomy, as the measured figures are.
    @Test(
        "which region is meant",
        arguments: [
            ([], .everywhere, .automatic), (["--region", "roni"], .regionOfNonInterest, .anatomy),
            (["--roi-source", "auto"], .regionOfNonInterest, .automatic), (["--roi-source", "dicom"], .regionOfNonInterest, .annotations),
        ] as [([String], RegionPolicy.Scope, RegionPolicy.Source)])
    func policy(_ words: [String], _ scope: RegionPolicy.Scope, _ source: RegionPolicy.Source) async throws {
        let region = EvaluationRegion(try EvaluateCommand.parse(["x"] + words).region.choices())
        let policy = try await region.policy(for: [], WorkerPool(label: "test", width: 1))
        #expect(policy.scope == scope)
        if scope == .regionOfNonInterest { #expect(policy.source == source) }
        #expect((region.description == nil) == (scope == .everywhere))
    }

    @Test("a folder without images is an error")
    func nothing() async throws {
        let folder = try Folder(imageCount: 0)
        await #expect(throws: (any Error).self) { try await evaluate(folder) }
        #expect(!FileManager.default.fileExists(atPath: folder.report))
    }

    @Test(
        "wrong options are refused",
        arguments: [
            ["--methods", "lsb,telepathy"], ["--methods", ","], ["--payload", "0"], ["--payload", "many"], ["--region", "here"],
            ["--splits", "-1"], ["--roi", "1,2,3"], ["--region", "everywhere", "--roi", "1,2,3,4"],
            ["--roi", "1,2,3,4", "--roi-source", "dicom"],
        ])
    func refused(_ options: [String]) {
        #expect(throws: (any Error).self) { try EvaluateCommand.parse(["x"] + options) }
    }

    @Test("options are understood")
    func understood() throws {
        let command = try EvaluateCommand.parse(["a", "b", "--methods", "reversible,lsb,lsb", "--payload", "1200,0.05", "--region", "roni"])
        #expect(command.paths == ["a", "b"] && command.methods == [.reversible, .leastSignificantBit])
        #expect(
            command.payload == [.bytes(1200), .bitsPerSample(0.05)] && command.region.region == .regionOfNonInterest && command.seed == 1)
    }
}
