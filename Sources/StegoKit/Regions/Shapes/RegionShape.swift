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

extension RegionOfInterest {
    /// The samples inside any of the shapes; the part outside the image is cut off.
    ///
    /// - Throws: ``RegionError``: `invalidShape`; `outsideImage` for a shape that contains no sample of the image.
    /// - Complexity: O(samples + rows · corners) for each shape.
    public init(rows: Int, columns: Int, shapes: [RegionShape]) throws(RegionError) {
        var mask = BitMask(rows: rows, columns: columns)
        for shape in shapes {
            try shape.check()
            var part = BitMask(rows: rows, columns: columns)
            switch shape {
            case .rectangle(let x, let y, let width, let height): part.fill(x: x, y: y, width: width, height: height)
            case .polygon(let corners): part.fill(polygon: corners)
            }
            guard !part.isEmpty else { throw .outsideImage(shape, rows: rows, columns: columns) }
            mask.formUnion(part)
        }
        self.init(mask)
    }
}

extension BitMask {
    mutating func fill(x: Int, y: Int, width: Int, height: Int) {
        // Saturating: a rectangle may reach beyond every integer.
        let right = x.addingReportingOverflow(width)
        let bottom = y.addingReportingOverflow(height)
        let across = max(0, x)..<max(0, x, right.overflow ? columns : min(columns, right.partialValue))
        let down = max(0, y)..<max(0, y, bottom.overflow ? rows : min(rows, bottom.partialValue))
        guard across.upperBound <= columns, down.upperBound <= rows else { return }
        for row in down { fill(row: row, across) }
    }

    /// Fills by the even–odd rule, row by row: between the places where the row's centre line crosses the polygon's sides, by pairs.
    ///
    /// A side owns its upper end and not its lower one, and a span owns its left end and not its right one, so that polygons
    /// with a common side share no sample.
    mutating func fill(polygon corners: [RegionShape.Point]) {
        guard let top = corners.map(\.y).min(), let bottom = corners.map(\.y).max() else { return }
        let first = Int(min(max(0, top.rounded(.down)), Double(rows)))
        let last = Int(min(max(0, bottom.rounded(.up)), Double(rows)))
        var crossings: [Double] = []
        for row in first..<max(first, last) {
            let centre = Double(row) + 0.5
            crossings.removeAll(keepingCapacity: true)
            for (index, start) in corners.enumerated() {
                let end = corners[index + 1 == corners.count ? 0 : index + 1]
                guard (start.y <= centre) != (end.y <= centre) else { continue }
                // Divided before multiplied: no overflow to infinity however far apart the corners are.
                crossings.append(start.x + (centre - start.y) / (end.y - start.y) * (end.x - start.x))
            }
            crossings.sort()
            for pair in stride(from: 0, to: crossings.count - 1, by: 2) {
                fill(row: row, columnsBetween(crossings[pair], crossings[pair + 1]))
            }
        }
    }

    /// The columns whose centres lie in `left ..< right`.
    private func columnsBetween(_ left: Double, _ right: Double) -> Range<Int> {
        func column(_ x: Double) -> Int { Int(min(max(0, (x - 0.5).rounded(.up)), Double(columns))) }
        guard left < right else { return 0..<0 }
        return column(left)..<column(right)
    }
}

/// The reason that a region could not be made as it was asked for.
public struct RegionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of error, to switch on.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// A rectangle or polygon has no sample of the image inside.
        case outsideImage
        /// A shape that is none: a side below 1, fewer than three corners, a coordinate that is no number.
        case invalidShape
        /// A segmentation or structure set that cannot be read.
        case invalidAnnotation
        /// A file of shapes that cannot be understood.
        case invalidFile
    }

    public let code: Code
    /// The sentence for people: what happened and what to do.
    public let reason: String

    public var description: String { reason }

    static func outsideImage(_ shape: RegionShape, rows: Int, columns: Int) -> RegionError {
        RegionError(
            code: .outsideImage,
            reason: "\(shape) lies outside the image of \(columns) × \(rows) samples; give columns and rows counted from 0")
    }

    static func invalidShape(_ reason: String) -> RegionError { RegionError(code: .invalidShape, reason: reason) }

    static func invalidAnnotation(_ reason: String) -> RegionError { RegionError(code: .invalidAnnotation, reason: reason) }

    static func invalidFile(_ reason: String) -> RegionError { RegionError(code: .invalidFile, reason: reason) }
}
