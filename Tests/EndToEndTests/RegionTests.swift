import DICOM
import Foundation
import TestSupport
import Testing

/// Regions of interest through the real programs, judged by pydicom and numpy.
@Suite struct RegionTests {
    private struct Judgement: Decodable, Sendable {
        let name: String
        let inside: Int
        let changedInside: Int
        let changedOutside: Int
        let changedNear: Int
    }

    private struct Made: Decodable, Sendable {
        let name: String
    }

    /// Large enough for a record outside a region.
    private var image: SyntheticImage {
        var image = SyntheticImage()
        (image.rows, image.columns) = (128, 128)
        return image
    }

    private func seal(_ site: Site, _ more: [String]) async throws -> [[String: Any]] {
        let sealed = try await site.succeed(
            Programs.send,
            [
                "seal", site.originals, "--home", site.clinicHome, "--to", "radiologist", "--into", site.folder + "/stego", "--keep-names",
                // What looks like text is filled inside of a region too.
                "--burned-in", "keep", "--json",
            ]
                + more)
        return sealed.events(named: "instance")
    }

    private func open(_ site: Site) async throws {
        try await site.succeed(
            Programs.receive,
            ["open", site.folder + "/stego", "--home", site.radiologistHome, "--into", site.inbox, "--layout", "flat"])
    }

    @Test(.needsJudges, arguments: ["hamming", "stc", "reversible", "lsb"])
    func rectanglesStayAsTheyAre(method: String) async throws {
        let site = try await Site.withTrust()
        _ = try site.write(image.file(), as: "image.dcm")
        let events = try await seal(site, ["--method", method, "--roi", "8,12,30,25"])
        #expect(events.first?["method"] as? String == method)
        let judged = try await Judges.judge(
            "regions.py",
            [
                [
                    "name": "image.dcm", "original": "\(site.originals)/image.dcm", "stego": "\(site.folder)/stego/image.dcm",
                    "rectangle": "8,12,30,25",
                ]
            ], in: site.folder, as: Judgement.self)
        let file = try #require(judged.first)
        #expect(file.inside == 30 * 25)
        #expect(file.changedInside == 0)
        #expect(file.changedOutside > 0)
        try await open(site)
        #expect(site.files(below: site.inbox) == site.files(below: site.originals))
    }

    /// The judge is not blind, and everywhere is everywhere.
    @Test(.needsJudges)
    func everywhereIsEverywhere() async throws {
        let site = try await Site.withTrust()
        _ = try site.write(image.file(), as: "image.dcm")
        _ = try await seal(site, ["--method", "stc", "--region", "everywhere"])
        let judged = try await Judges.judge(
            "regions.py",
            [
                [
                    "name": "image.dcm", "original": "\(site.originals)/image.dcm", "stego": "\(site.folder)/stego/image.dcm",
                    "rectangle": "0,0,10000,10000",
                ]
            ], in: site.folder, as: Judgement.self)
        #expect(judged.first?.changedInside ?? 0 > 0)
        #expect(judged.first?.changedOutside == 0)
    }

    /// Structure set, segmentation and overlay that pydicom made of an oblique image, and what numpy makes of them.
    @Test(
        .needsJudges, arguments: ["structure-set", "segmentation", "overlay"])
    func annotationsStayAsTheyAre(kind: String) async throws {
        let site = try await Site.withTrust()
        let (image, annotation) = (site.originals + "/image.dcm", site.originals + "/annotation.dcm")
        _ = try await Judges.judge(
            "annotated.py", [["name": kind, "image": image, "annotation": annotation]], in: site.folder, as: Made.self)
        let events = try await seal(site, ["--method", "stc"])
        #expect(events.allSatisfy { $0["status"] as? String == "sealed" })
        let region = kind == "overlay" ? "6004" : annotation
        let judged = try await Judges.judge(
            "regions.py", [["name": kind, "original": image, "stego": "\(site.folder)/stego/image.dcm", kind: region]], in: site.folder,
            as: Judgement.self)
        let file = try #require(judged.first)
        #expect(file.inside > 2000)
        #expect(file.changedInside == 0)
        #expect(file.changedOutside > 500)
        // The region is no larger than it has to be.
        #expect(file.changedNear > 0)
        try await open(site)
        #expect(site.files(below: site.inbox) == site.files(below: site.originals))
    }

    @Test func aRegionOutsideTheImageIsTold() async throws {
        let site = try await Site.withTrust()
        let path = try site.write(SyntheticImage().file(), as: "image.dcm")
        let finished = try await run(Programs.send, ["preview", path, "--out", site.folder + "/a.png", "--roi", "5000,5000,10,10"])
        #expect(finished.status == 65)
        #expect(finished.errors.contains("outside the image"))
        #expect(!FileManager.default.fileExists(atPath: site.folder + "/a.png"))
    }

    // MARK: Preview

    @Test func previewIsAPictureForItsOwner() async throws {
        let site = try await Site.withTrust()
        let path = try site.write(SyntheticImage().file(), as: "image.dcm")
        let picture = site.folder + "/image.png"
        let arguments = ["preview", path, "--out", picture, "--roi", "8,12,30,25", "--payload", "60", "--json"]
        let first = try await site.succeed(Programs.send, arguments)
        let event = try #require(first.events(named: "preview").first)
        #expect(event["picture"] as? String == picture)
        #expect(event["regionSource"] as? String == "as given")
        #expect(event["method"] as? String == "stc")
        #expect((event["changedSamples"] as? Int ?? 0) > 0)
        let content = try #require(FileManager.default.contents(atPath: picture))
        #expect(content.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
        #expect(content.range(of: Data("SYNTHETIC".utf8)) == nil)
        #expect(try FileManager.default.attributesOfItem(atPath: picture)[.posixPermissions] as? Int == 0o600)
        // It is replaced only when that is asked for.
        let second = try await run(Programs.send, arguments)
        #expect(second.status == 74)
        #expect(FileManager.default.contents(atPath: picture) == content)
        #expect(try await run(Programs.send, arguments + ["--replace"]).status == 0)
    }

    @Test(arguments: [
        ["--roi", "1,2,3"], ["--roi", "1,2,0,4"], ["--roi", "1,2,3,4", "--region", "everywhere"],
        ["--roi", "1,2,3,4", "--roi-source", "dicom"], ["--roi-source", "guess"], ["--region", "nowhere"], ["--frame", "0"],
        ["--payload", "0"],
    ])
    func wrongUsage(_ more: [String]) async throws {
        let site = try Site()
        let path = try site.write(SyntheticImage().file(), as: "image.dcm")
        #expect(try await run(Programs.send, ["preview", path, "--out", site.folder + "/a.png"] + more).status == 64)
    }

    @Test func regionsFromAFile() async throws {
        let site = try Site()
        let path = try site.write(SyntheticImage().file(), as: "image.dcm")
        func preview(_ json: String) async throws -> Finished {
            let file = site.folder + "/regions.json"
            try json.write(toFile: file, atomically: true, encoding: .utf8)
            return try await run(
                Programs.send,
                ["preview", path, "--out", site.folder + "/a.png", "--replace", "--roi-file", file, "--payload", "60", "--json"])
        }
        let found = try await preview(#"{"polygons": [[[0, 0], [20, 0], [20, 20], [0, 20]]]}"#)
        #expect(found.status == 0, "\(found.errors)")
        #expect(found.events(named: "preview").first?["regionSource"] as? String == "as given")
        let wrong = try await preview(#"{"polygon": []}"#)
        #expect(wrong.status == 64)
        #expect(wrong.errors.contains("'polygon'"))
    }
}
