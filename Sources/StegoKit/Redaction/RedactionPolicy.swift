/// A caller's choices about text and faces in the pixels.
public struct RedactionPolicy: Codable, Hashable, Sendable {
    /// The treatment of images in which the header or the detector says there is text.
    public enum BurnedInText: String, Codable, Hashable, Sendable, CaseIterable {
        /// The text's regions are filled; what was there travels sealed.
        case redact
        /// Nothing of the image is shown; it travels sealed.
        case enclose
        /// It is shown as it is, but for regions that were given.
        case keep
    }

    public var burnedInText: BurnedInText
    /// Regions to be filled in every image.
    public var rectangles: [RedactionRectangle]
    /// Regions to be filled by device.
    public var rules: [RedactionRule]
    /// Whether faces are filled in slices of heads.
    public var defaces: Bool

    public init(
        _ burnedInText: BurnedInText = .redact, rectangles: [RedactionRectangle] = [], rules: [RedactionRule] = [], defaces: Bool = false
    ) {
        self.burnedInText = burnedInText
        self.rectangles = rectangles
        self.rules = rules
        self.defaces = defaces
    }

    /// Nothing is looked for, and nothing filled.
    public static let keepingEverything = RedactionPolicy(.keep)

    /// Whether images have to be looked at.
    var isActive: Bool { burnedInText != .keep || !rectangles.isEmpty || !rules.isEmpty || defaces }
}

/// A rectangle of samples, counted from 0; the part beyond the image is cut off.
public struct RedactionRectangle: Hashable, Sendable {
    public let x: Int
    public let y: Int
    public let width: Int
    public let height: Int

    /// - Throws: ``RegionError`` `invalidShape` for a size that is not positive.
    public init(x: Int, y: Int, width: Int, height: Int) throws(RegionError) {
        guard width > 0, height > 0 else { throw .invalidShape("a rectangle is at least 1 × 1") }
        (self.x, self.y, self.width, self.height) = (x, y, width, height)
    }

    /// - Parameter text: column, row, width and height, apart by commas.
    /// - Throws: ``RegionError`` `invalidShape`.
    public init(_ text: String) throws(RegionError) {
        guard case .rectangle(let x, let y, let width, let height) = try RegionShape(rectangle: text) else {
            throw .invalidShape("'\(text)' is no rectangle")
        }
        try self.init(x: x, y: y, width: width, height: height)
    }
}

extension RedactionRectangle: Codable {
    /// Four numbers: column, row, width, height.
    public init(from decoder: any Decoder) throws {
        let numbers = try decoder.singleValueContainer().decode([Int].self)
        guard numbers.count == 4 else { throw RegionError.invalidShape("a rectangle has four numbers: column, row, width, height") }
        try self.init(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3])
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode([x, y, width, height])
    }
}
