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

    /// The parameters that hold for a tile before its own header is read.
    var inherited: JPEG2000Parameters {
        var copy = self
        copy.read = []
        return copy
    }

    func style(of component: Int) -> JPEG2000CodingStyle? { components[component] ?? tile?.components }

    /// The kinds of a header's segments.
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

/// The layout of the packets of one component: the part of COD and COC that packet headers depend on (ISO/IEC 15444-1 §A.6.1, §A.6.2).
struct JPEG2000CodingStyle {
    let decompositions: Int
    /// Binary logarithms of a code-block's extents.
    let blockWidth: Int
    let blockHeight: Int
    let blockStyle: Int
    /// Binary logarithms of a precinct's extents, of each resolution.
    private let precincts: [(width: Int, height: Int)]

    /// - Parameter content: SPcod or SPcoc.
    init?(_ content: ArraySlice<UInt8>, hasPrecincts: Bool) {
        let content = Array(content)
        guard content.count >= 5, content[0] <= 32, content[1] <= 8, content[2] <= 8, content[1] + content[2] <= 8, content[4] <= 1,
            content.count == (hasPrecincts ? 6 + Int(content[0]) : 5), content[3] & 0x80 == 0
        else { return nil }
        decompositions = Int(content[0])
        (blockWidth, blockHeight) = (Int(content[1]) + 2, Int(content[2]) + 2)
        blockStyle = Int(content[3])
        precincts = content.dropFirst(5).map { (Int($0 & 15), Int($0 >> 4)) }
    }

    func precinct(of resolution: Int) -> (width: Int, height: Int) {
        precincts.isEmpty ? (15, 15) : precincts[resolution]
    }

    /// Each coding pass ends its codeword.
    var endsEachPass: Bool { blockStyle & 0x04 != 0 }
    /// Low bit-planes are written raw.
    var bypasses: Bool { blockStyle & 0x01 != 0 }
    var isHighThroughput: Bool { blockStyle & 0x40 != 0 }
}

/// The part of COD that describes a tile as a whole.
struct JPEG2000TileStyle {
    let mayHaveStartMarkers: Bool
    let hasHeaderEndMarkers: Bool
    /// 0 LRCP, 1 RLCP, 2 RPCL, 3 PCRL, 4 CPRL.
    let progression: Int
    let layers: Int
    let components: JPEG2000CodingStyle

    /// - Parameter content: of COD, behind its length.
    init?(_ content: ArraySlice<UInt8>) {
        let bytes = Array(content)
        guard bytes.count >= 10, bytes[0] < 8, bytes[1] <= 4, bytes[4] <= 1,
            let components = JPEG2000CodingStyle(bytes[5...], hasPrecincts: bytes[0] & 1 != 0)
        else { return nil }
        mayHaveStartMarkers = bytes[0] & 2 != 0
        hasHeaderEndMarkers = bytes[0] & 4 != 0
        progression = Int(bytes[1])
        layers = Int(bytes[2]) << 8 | Int(bytes[3])
        guard layers > 0 else { return nil }
        self.components = components
    }
}
