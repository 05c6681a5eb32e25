import CTextDetection

/// The smallest and the largest level that each sample has in the frames that were looked at: what stays the same over all of them stands
/// out, and moving anatomy hides less of it. The order of the frames does not matter.
public struct FrameExtremes: Sendable {
    /// A plane a colour; none before the first frame.
    public private(set) var smallest: [[UInt16]] = []
    public private(set) var largest: [[UInt16]] = []

    public init() {}

    /// - Parameter planes: of one frame, all frames alike in number and size; others are left out.
    public mutating func add(_ planes: some Collection<[UInt16]>) {
        guard !smallest.isEmpty else {
            smallest = Array(planes)
            largest = smallest
            return
        }
        guard planes.count == smallest.count else { return }
        for (colour, plane) in planes.enumerated() where plane.count == smallest[colour].count {
            CTextDetection_project(plane, plane.count, &smallest[colour], &largest[colour])
        }
    }
}
