import Foundation

/// Shapes as JSON: what a file of regions holds, and what the outbox keeps.
///
/// ```json
/// {
///   "rectangles": [[100, 80, 200, 150]],
///   "polygons": [[[10, 10], [60.5, 10], [35, 48]]],
///   "instances": {"1.2.840.99.1.2.3": {"rectangles": [[0, 0, 64, 64]]}}
/// }
/// ```
///
/// A rectangle is column, row, width and height in whole samples; a polygon is a list of corners, each column and row as in
/// ``RegionShape``. Every key may be left out; any other key is an error, so that a misspelt one does not leave an image unprotected.
extension RegionShapes: Codable {
    /// Reads a file of regions.
    ///
    /// - Throws: ``RegionError``: `invalidFile`, `invalidShape`.
    public init(json bytes: [UInt8]) throws(RegionError) {
        let shapes: RegionShapes
        do {
            shapes = try JSONDecoder().decode(RegionShapes.self, from: Data(bytes))
        } catch let error as RegionError {
            throw error
        } catch let error as DecodingError {
            throw .invalidFile(Self.reason(of: error))
        } catch {
            throw .invalidFile("it is no JSON")
        }
        guard !shapes.isEmpty else { throw .invalidFile("it has no rectangles and no polygons") }
        self = shapes
    }

    public init(from decoder: any Decoder) throws {
        let known = ["rectangles", "polygons", "instances"]
        let container = try AnyKey.container(of: decoder, knowing: known)
        let instances = try container.decodeIfPresent([String: CodedShapes].self, forKey: AnyKey("instances")) ?? [:]
        self.init(everyImage: try CodedShapes(from: decoder).shapes, byInstance: instances.mapValues(\.shapes))
    }

    public func encode(to encoder: any Encoder) throws {
        try CodedShapes(everyImage).encode(to: encoder)
        guard !byInstance.isEmpty else { return }
        var container = encoder.container(keyedBy: AnyKey.self)
        try container.encode(byInstance.mapValues(CodedShapes.init), forKey: AnyKey("instances"))
    }

    /// The fault and its place, in the words of the file.
    private static func reason(of error: DecodingError) -> String {
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context), .dataCorrupted(let context):
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            return path.isEmpty ? "it is no JSON of the form that docs/regions.md describes" : "'\(path)' has another form than it should"
        @unknown default: return "it is no JSON of the form that docs/regions.md describes"
        }
    }
}

/// A key of a file that a person wrote.
struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }

    /// - Throws: ``RegionError`` `invalidFile` for a key that is none of the known ones, as a misspelt one is.
    static func container(of decoder: any Decoder, knowing known: [String]) throws -> KeyedDecodingContainer<AnyKey> {
        let container = try decoder.container(keyedBy: AnyKey.self)
        if let unknown = container.allKeys.map(\.stringValue).first(where: { !known.contains($0) }) {
            throw RegionError.invalidFile("'\(unknown)' is none of \(known.joined(separator: ", "))")
        }
        return container
    }
}

/// Rectangles and polygons as lists of numbers.
private struct CodedShapes: Codable {
    var rectangles: [[Int]]?
    var polygons: [[[Double]]]?
    private(set) var shapes: [RegionShape] = []

    private enum CodingKeys: CodingKey {
        case rectangles
        case polygons
    }

    init(_ shapes: [RegionShape]) {
        self.shapes = shapes
        for shape in shapes {
            switch shape {
            case .rectangle(let x, let y, let width, let height): rectangles = (rectangles ?? []) + [[x, y, width, height]]
            case .polygon(let corners): polygons = (polygons ?? []) + [corners.map { [$0.x, $0.y] }]
            }
        }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        rectangles = try container.decodeIfPresent([[Int]].self, forKey: .rectangles)
        polygons = try container.decodeIfPresent([[[Double]]].self, forKey: .polygons)
        for numbers in rectangles ?? [] {
            guard numbers.count == 4 else { throw RegionError.invalidShape("a rectangle has four numbers: column, row, width, height") }
            shapes.append(.rectangle(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3]))
        }
        for corners in polygons ?? [] {
            guard corners.allSatisfy({ $0.count == 2 }) else {
                throw RegionError.invalidShape("a polygon's corner has two numbers: column, row")
            }
            shapes.append(.polygon(corners.map { RegionShape.Point(x: $0[0], y: $0[1]) }))
        }
        for shape in shapes { try shape.check() }
    }
}
