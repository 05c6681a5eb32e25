/// The order in which the frames of an image are asked whether they carry a part of the record. It follows from the instance's key and the
/// number of frames, so that the carrying frame is found among the first, and nobody without the key knows which it is.
struct FrameOrder {
    /// Frames among which a record that fits into one chooses.
    static let candidateCount = 8

    let frameCount: Int
    private let path: KeyedPermutation

    init(frameCount: Int, key: InstanceKey) {
        self.frameCount = frameCount
        path = KeyedPermutation(count: frameCount, key: key)
    }

    /// The frame at a place of the order.
    func callAsFunction(_ place: Int) -> Int { path(place) }

    var candidates: [Int] { (0..<min(Self.candidateCount, frameCount)).map { path($0) } }
}
