/// The three images of one instance, checked to be comparable.
struct SheetRow: Sendable {
    let name: String
    let original: SampleImage
    let stego: SampleImage
    let restored: SampleImage
    /// Stego minus original.
    let embedding: SampleDifference
    /// Restored minus original: all zero when the trip was exact.
    let remainder: SampleDifference

    /// - Throws: `DemonstrationError` when the images differ in shape.
    init(name: String, original: SampleImage, stego: SampleImage, restored: SampleImage) throws {
        guard stego.hasShape(of: original), restored.hasShape(of: original) else {
            throw DemonstrationError.notComparable(name, "The three files have different dimensions; give files of the same instance.")
        }
        self.name = name
        self.original = original
        self.stego = stego
        self.restored = restored
        embedding = SampleDifference(from: original, to: stego)
        remainder = SampleDifference(from: original, to: restored)
    }

    /// The span between the lowest and the highest sample of the original.
    var usedRange: Double {
        guard let low = original.samples.min(), let high = original.samples.max() else { return 0 }
        return Double(high) - Double(low)
    }
}
