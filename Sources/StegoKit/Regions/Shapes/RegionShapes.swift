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
