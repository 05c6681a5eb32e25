import Foundation
import TestSupport
import Testing

@testable import StegoKit

@Suite struct RegionShapeTests {
    private func region(_ shapes: RegionShape..., rows: Int = 6, columns: Int = 8) throws -> RegionOfInterest {
        try RegionOfInterest(rows: rows, columns: columns, shapes: shapes)
    }

    private func places(_ region: RegionOfInterest) -> Set<[Int]> {
        Set(region.isInside.indices.filter { region.isInside[$0] }.map { [$0 % region.columns, $0 / region.columns] })
    }

    private func code(_ body: () throws -> Void) -> RegionError.Code? {
        do { try body() } catch { return (error as? RegionError)?.code }
        return nil
    }

    @Test func rectangle() throws {
        let found = try region(.rectangle(x: 2, y: 1, width: 3, height: 2))
        #expect(places(found) == [[2, 1], [3, 1], [4, 1], [2, 2], [3, 2], [4, 2]])
        #expect(found.sampleCount == 6)
        #expect(found.coverage == 6.0 / 48)
    }

    @Test func rectanglesAreCutOffAtTheEdges() throws {
        #expect(places(try region(.rectangle(x: -5, y: -5, width: 6, height: 6))) == [[0, 0]])
        #expect(places(try region(.rectangle(x: 7, y: 5, width: .max, height: .max))) == [[7, 5]])
    }

    @Test(arguments: [
        RegionShape.rectangle(x: 8, y: 0, width: 2, height: 2), .rectangle(x: 0, y: -3, width: 2, height: 3),
        .rectangle(x: .min, y: 0, width: .max, height: 2), .polygon([.init(x: 9, y: 0), .init(x: 12, y: 0), .init(x: 9, y: 5)]),
        // A sliver between the centres.
        .polygon([.init(x: 1.6, y: 1), .init(x: 2.4, y: 1), .init(x: 2, y: 5)]),
    ])
    func outside(_ shape: RegionShape) {
        #expect(code { _ = try region(shape) } == .outsideImage)
    }

    @Test(arguments: [
        RegionShape.rectangle(x: 0, y: 0, width: 0, height: 2), .rectangle(x: 0, y: 0, width: 2, height: -1), .polygon([]),
        .polygon([.init(x: 1, y: 1), .init(x: 3, y: 3)]),
        .polygon([.init(x: 1, y: 1), .init(x: .nan, y: 3), .init(x: 2, y: 9)]),
        .polygon([.init(x: 1, y: 1), .init(x: .infinity, y: 3), .init(x: 2, y: 9)]),
    ])
    func noShape(_ shape: RegionShape) {
        #expect(code { _ = try region(shape) } == .invalidShape)
    }

    @Test func rectanglesFromTheCommandLine() throws {
        #expect(try RegionShape(rectangle: "100,80,200,150") == .rectangle(x: 100, y: 80, width: 200, height: 150))
        #expect(try RegionShape(rectangle: "-1, 2, 3, 4") == .rectangle(x: -1, y: 2, width: 3, height: 4))
        for text in ["", "1,2,3", "1,2,3,4,5", "1,2,3,x", "1,2,0,4", "1.5,2,3,4", "1,,3,4", "99999999999999999999,1,1,1"] {
            #expect(code { _ = try RegionShape(rectangle: text) } == .invalidShape, "\(text)")
        }
    }

    /// The polygon along a rectangle's edges has the same samples inside.
    @Test func polygonAlongTheEdgesOfARectangle() throws {
        let corners = [(2, 1), (5, 1), (5, 3), (2, 3)].map { RegionShape.Point(x: $0.0, y: $0.1) }
        let expected = try region(.rectangle(x: 2, y: 1, width: 3, height: 2))
        #expect(try region(.polygon(corners)) == expected)
        #expect(try region(.polygon(corners.reversed())) == expected)
    }

    /// A star that crosses itself has a hole by the even–odd rule.
    @Test func selfCrossingPolygon() throws {
        let star = (0..<5).map { index in
            let angle = Double(index) * 4 * Double.pi / 5 - Double.pi / 2
            return RegionShape.Point(x: 50 + 40 * cos(angle), y: 50 + 40 * sin(angle))
        }
        let found = try region(.polygon(star), rows: 100, columns: 100)
        #expect(!found.isInside[50 * 100 + 50])
        #expect(found.isInside[20 * 100 + 50])
    }

    /// Against the winding of the definition: a ray from the centre crosses an odd number of sides.
    @Test func polygonsAreThoseOfTheEvenOddRule() {
        forEachSeed(0..<100) { generator, seed in
            let (rows, columns) = (1 + generator.below(20), 1 + generator.below(80))
            let corners = (0..<3 + generator.below(6)).map { _ in
                // Halves and wholes: corners and sides upon the centres.
                RegionShape.Point(
                    x: Double(generator.below(2 * columns + 20) - 10) / 2, y: Double(generator.below(2 * rows + 20) - 10) / 2)
            }
            var mask = BitMask(rows: rows, columns: columns)
            mask.fill(polygon: corners)
            for row in 0..<rows {
                for column in 0..<columns {
                    let (x, y) = (Double(column) + 0.5, Double(row) + 0.5)
                    var inside = false
                    for (start, end) in zip(corners, corners[1...] + corners[..<1]) where (start.y <= y) != (end.y <= y) {
                        if start.x + (y - start.y) / (end.y - start.y) * (end.x - start.x) <= x { inside.toggle() }
                    }
                    #expect(mask[row, column] == inside, seed)
                }
            }
        }
    }

    /// Triangles of a square share no sample and leave none out.
    @Test func neighboursShareNoSample() throws {
        let corners = [(0.0, 0.0), (37.0, 0.0), (37.0, 23.0), (0.0, 23.0)].map { RegionShape.Point(x: $0.0, y: $0.1) }
        let centre = RegionShape.Point(x: 13.5, y: 7.5)
        let parts = try (0..<4).map { try region(.polygon([corners[$0], corners[($0 + 1) % 4], centre]), rows: 23, columns: 37) }
        #expect(parts.map(\.sampleCount).reduce(0, +) == 23 * 37)
    }

    @Test func unionAndMargin() throws {
        let first = try region(.rectangle(x: 0, y: 0, width: 1, height: 1))
        let second = try region(.rectangle(x: 7, y: 5, width: 1, height: 1))
        let both = try #require(first.union(second))
        #expect(places(both) == [[0, 0], [7, 5]])
        #expect(first.union(RegionOfInterest(rows: 1, columns: 1)) == nil)
        #expect(places(first.expanded(by: 1)) == [[0, 0], [1, 0], [0, 1]])
        #expect(first.expanded(by: -3) == first)
        #expect(first.expanded(by: .max).coverage == 1)
    }

    // MARK: Files

    @Test func fileOfRegions() throws {
        let shapes = try RegionShapes(
            json: Array(
                """
                {"rectangles": [[100, 80, 200, 150]], "polygons": [[[10, 10], [60.5, 10], [35, 48]]],
                 "instances": {"1.2.3": {"rectangles": [[0, 0, 64, 64]]}}}
                """.utf8))
        let everywhere: [RegionShape] = [
            .rectangle(x: 100, y: 80, width: 200, height: 150),
            .polygon([.init(x: 10, y: 10), .init(x: 60.5, y: 10), .init(x: 35, y: 48)]),
        ]
        #expect(shapes.everyImage == everywhere)
        #expect(shapes.shapes(for: "1.2.3") == [.rectangle(x: 0, y: 0, width: 64, height: 64)])
        #expect(shapes.shapes(for: "1.2.4") == everywhere)
        #expect(shapes.shapes(for: nil) == everywhere)
        let kept = try JSONEncoder().encode(shapes)
        #expect(try RegionShapes(json: Array(kept)) == shapes)
    }

    @Test(
        arguments: [
            ("", .invalidFile), ("[]", .invalidFile), ("{}", .invalidFile), (#"{"rectangle": [[1,2,3,4]]}"#, .invalidFile),
            (#"{"rectangles": [[1,2,3]]}"#, .invalidShape), (#"{"rectangles": [[1,2,3,0]]}"#, .invalidShape),
            (#"{"rectangles": [["1",2,3,4]]}"#, .invalidFile), (#"{"polygons": [[[1,2],[3,4]]]}"#, .invalidShape),
            (#"{"polygons": [[[1,2],[3,4],[5]]]}"#, .invalidShape),
            (#"{"instances": {"1.2": {"rectangles": [[1,2,-3,4]]}}}"#, .invalidShape),
            (#"{"rectangles": [[1.5,2,3,4]]}"#, .invalidFile),
        ] as [(String, RegionError.Code)])
    func filesThatAreNone(_ text: String, _ expected: RegionError.Code) {
        #expect(code { _ = try RegionShapes(json: Array(text.utf8)) } == expected)
    }
}
