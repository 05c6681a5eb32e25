/// A shape that a person or another program gives as a region of interest.
///
/// Coordinates are continuous: (0, 0) is the outer corner of the image's first sample, and the sample in column *c* and row *r* has
/// its centre at (*c* + ½, *r* + ½). A sample belongs to a shape when its centre does.
public enum RegionShape: Hashable, Sendable {
    /// `width × height` samples; the first is in column `x` and row `y`, counted from 0.
    case rectangle(x: Int, y: Int, width: Int, height: Int)
    /// A closed polygon; the last corner is joined to the first. Where it crosses itself, the even–odd rule tells inside from outside.
    case polygon([Point])

    /// A place in an image.
    public struct Point: Hashable, Sendable {
        /// Columns from the left edge.
        public let x: Double
        /// Rows from the upper edge.
        public let y: Double

        public init(x: Double, y: Double) {
            self.x = x
            self.y = y
        }
    }

    /// Reads `x,y,width,height`.
    ///
    /// - Throws: ``RegionError`` `invalidShape`.
    public init(rectangle text: String) throws(RegionError) {
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            Int(part.drop { $0 == " " })
        }
        guard numbers.count == 4, let x = numbers[0], let y = numbers[1], let width = numbers[2], let height = numbers[3] else {
            throw .invalidShape("'\(text)' is no rectangle; write column,row,width,height in whole samples, such as 100,80,200,150")
        }
        self = .rectangle(x: x, y: y, width: width, height: height)
        try check()
    }

    /// - Throws: ``RegionError`` `invalidShape` for a shape that has no inside in any image.
    func check() throws(RegionError) {
        switch self {
        case .rectangle(_, _, let width, let height):
            guard width > 0, height > 0 else { throw .invalidShape("\(self) has no samples; width and height are at least 1") }
        case .polygon(let corners):
            guard corners.count >= 3 else { throw .invalidShape("a polygon needs three corners or more, not \(corners.count)") }
            guard corners.allSatisfy({ $0.x.isFinite && $0.y.isFinite }) else {
                throw .invalidShape("a corner of a polygon is no number")
            }
        }
    }
}

extension RegionShape: CustomStringConvertible {
    public var description: String {
        switch self {
        case .rectangle(let x, let y, let width, let height): "the rectangle \(x),\(y),\(width),\(height)"
        case .polygon(let corners): "the polygon of \(corners.count) corners"
        }
    }
}

/// Shapes that a caller gives, for all images and for single ones.
public struct RegionShapes: Hashable, Sendable {
    /// For every image that has none of its own.
    public var everyImage: [RegionShape]
    /// For single images, by SOP Instance UID; they replace those for every image.
    public var byInstance: [String: [RegionShape]]

    public init(everyImage: [RegionShape] = [], byInstance: [String: [RegionShape]] = [:]) {
        self.everyImage = everyImage
        self.byInstance = byInstance
    }

    public var isEmpty: Bool { everyImage.isEmpty && byInstance.isEmpty }

    /// The shapes of one image.
    func shapes(for instanceUID: String?) -> [RegionShape] {
        instanceUID.flatMap { byInstance[$0] } ?? everyImage
    }
}
