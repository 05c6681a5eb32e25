/// Which elements belong to which block of a syndrome-trellis code.
///
/// Block i brings message bit i. It is the elements ⌊i·n/m⌋ ..< ⌊(i + 1)·n/m⌋ of n elements for m bits: widths ⌊n/m⌋ and ⌈n/m⌉ mixed
/// evenly, every element used, and both ends need no more than n and m to agree.
struct BlockPlacement: Hashable, Sendable {
    let elementCount: Int
    let blockCount: Int
    /// The smaller width; a block has this many elements or one more.
    let narrowWidth: Int
    /// How many blocks have one more, n mod m.
    let remainder: Int

    /// - Parameters:
    ///   - elementCount: at least `blockCount`, below 2^31.
    ///   - blockCount: at least 1.
    init(elementCount: Int, blockCount: Int) {
        self.elementCount = elementCount
        self.blockCount = blockCount
        narrowWidth = elementCount / blockCount
        remainder = elementCount % blockCount
    }

    /// The first element of a block; `elementCount` for `block == blockCount`.
    func start(of block: Int) -> Int {
        // ⌊block·n/m⌋ without a product of n and m.
        block * narrowWidth + block * remainder / blockCount
    }

    func elements(of block: Int) -> Range<Int> { start(of: block)..<start(of: block + 1) }
}
