/// The segments of a main or tile-part header that decoding needs, checked to be exactly as long as their contents.
struct JPEG2000Parameters {
    private let componentCount: Int
    private(set) var tile: JPEG2000TileStyle?
    private var components: [Int: JPEG2000CodingStyle] = [:]
    /// Numbers of step sizes, which must be as many as there are subbands (ISO/IEC 15444-1 §A.6.4).
    private var quantisation: Int?
    private var componentQuantisations: [Int: Int] = [:]

    /// Segments of this header, each of which may be there once.
    private var read: Set<[Int]> = []

    init(componentCount: Int) { self.componentCount = componentCount }

    /// What holds for a tile before its own header is read.
    var inherited: JPEG2000Parameters {
        var copy = self
        copy.read = []
        return copy
    }

    func style(of component: Int) -> JPEG2000CodingStyle? { components[component] ?? tile?.components }

    /// What a header's segments may be.
    enum Segment { case needed, superfluous, unknown }

    /// - Parameter content: behind the length.
    mutating func read(_ marker: Int, _ content: ArraySlice<UInt8>) -> Segment {
        let isOfComponent = [0xFF53, 0xFF5D, 0xFF5E].contains(marker)
        let isNew = read.insert([marker, isOfComponent ? Int(content.first ?? 0) : -1]).inserted
        switch marker {
        // Comments, registration, lengths of tile-parts and packets, profiles.
        case 0xFF64, 0xFF63, 0xFF55, 0xFF57, 0xFF58, 0xFF56, 0xFF59: return .superfluous
        case _ where !isNew: return .unknown
        case 0xFF52:
            // A component's own style would go before a tile's, or not, by where both stand.
            guard components.isEmpty else { return .unknown }
            tile = JPEG2000TileStyle(content)
            return tile == nil ? .unknown : .needed
        case 0xFF53:
            guard let component = self.component(content), content.count > 2, content[content.startIndex + 1] <= 1,
                let style = JPEG2000CodingStyle(content.dropFirst(2), hasPrecincts: content[content.startIndex + 1] == 1)
            else { return .unknown }
            components[component] = style
            return .needed
        case 0xFF5C:
            guard componentQuantisations.isEmpty else { return .unknown }
            quantisation = Self.subbands(content)
            return quantisation == nil ? .unknown : .needed
        case 0xFF5D:
            guard let component = self.component(content) else { return .unknown }
            componentQuantisations[component] = Self.subbands(content.dropFirst())
            return componentQuantisations[component] == nil ? .unknown : .needed
        // A region of interest: component, style, shift.
        case 0xFF5E: return content.count == 3 && content[content.startIndex + 1] == 0 && component(content) != nil ? .needed : .unknown
        // Capabilities, of Part 15 and no other.
        case 0xFF50: return content.count == 6 && content.starts(with: [0, 2, 0, 0]) ? .needed : .unknown
        default: return .unknown
        }
    }

    private func component(_ content: ArraySlice<UInt8>) -> Int? {
        content.first.map(Int.init).flatMap { $0 < componentCount ? $0 : nil }
    }

    /// Derived step sizes go with any number of subbands, which zero stands for.
    private static func subbands(_ content: ArraySlice<UInt8>) -> Int? {
        switch (content.first ?? 3) & 0x1F {
        case 0: content.count - 1
        case 1: content.count == 3 ? 0 : nil
        case 2: content.count % 2 == 1 ? (content.count - 1) / 2 : nil
        default: nil
        }
    }

    /// Whether there is a coding style, and a step size for each subband and no more.
    var isComplete: Bool {
        guard tile != nil, componentQuantisations.keys.allSatisfy({ $0 < componentCount }) else { return false }
        var leftOver = true
        for component in 0..<componentCount {
            guard let style = style(of: component), let count = componentQuantisations[component] ?? quantisation else { return false }
            let needed = 3 * style.decompositions + 1
            guard count == 0 || count >= needed else { return false }
            if let own = componentQuantisations[component], own > needed { return false }
            if componentQuantisations[component] == nil, count <= needed { leftOver = false }
        }
        // A table that no component takes its steps from may be what it wants.
        return quantisation.map { $0 == 0 || !leftOver } ?? true
    }
}
