import Testing

@testable import Marks

@Suite("Series")
struct SeriesManifestTests {
    private static let manifest: SeriesManifest? = try? SeriesManifest(
        (0..<12).map { SeriesManifest.Image(instance: "1.2.\($0)", frame: 0, digest: [UInt8](repeating: UInt8($0), count: 32)) })

    private func present(_ place: Int, pixelsOf: Int? = nil, root: [UInt8]? = nil) throws -> SeriesManifest.Present {
        let manifest = try #require(Self.manifest)
        return SeriesManifest.Present(
            file: "\(place).dcm", instance: "1.2.\(place)", frame: 0, markedDigest: [UInt8](repeating: UInt8(pixelsOf ?? place), count: 32),
            seriesRoot: root ?? manifest.root)
    }

    @Test("A series that is whole has no faults, and its manifest reads back")
    func whole() throws {
        let manifest = try #require(Self.manifest)
        #expect(manifest.findings(try (0..<12).map { try present($0) }).isEmpty)
        #expect(try SeriesManifest(bytes: manifest.bytes) == manifest)
        #expect(manifest.root.count == 16)
    }

    @Test("Removed, swapped, repeated, reordered, foreign and inserted images are named")
    func faults() throws {
        let manifest = try #require(Self.manifest)
        let all = try (0..<12).map { try present($0) }
        #expect(manifest.findings(all.filter { $0.file != "4.dcm" }) == [.missing(place: 4)])
        var swapped = all
        (swapped[3], swapped[7]) = (try present(3, pixelsOf: 7), try present(7, pixelsOf: 3))
        #expect(manifest.findings(swapped) == [.swapped(place: 3, pixelsOf: 7), .swapped(place: 7, pixelsOf: 3)])
        #expect(manifest.findings(all + [all[11]]) == [.repeated(place: 11)])
        var reordered = all
        reordered.swapAt(5, 6)
        #expect(manifest.findings(reordered) == [.reordered(place: 6, before: 5)])
        #expect(manifest.findings(all + [try present(11, root: [UInt8](repeating: 1, count: 16))]) == [.foreign(file: "11.dcm")])
        let stranger = SeriesManifest.Present(file: "x.dcm", instance: "9.9", frame: 0, markedDigest: nil, seriesRoot: nil)
        #expect(manifest.findings(all + [stranger]) == [.inserted(file: "x.dcm")])
    }

    @Test("The root tells every change of an image or its place")
    func root() throws {
        let manifest = try #require(Self.manifest)
        var images = manifest.images
        images.swapAt(0, 1)
        #expect(try SeriesManifest(images).root != manifest.root)
        #expect(try SeriesManifest(Array(manifest.images.dropLast())).root != manifest.root)
    }
}
