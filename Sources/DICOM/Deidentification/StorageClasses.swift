/// The standard's storage classes whose objects have pixel data (PS3.4 §B.5, PS3.6 Table A-1).
enum StorageClasses {
    static let secondaryCapture = "1.2.840.10008.5.1.4.1.1.7"

    /// The class of a public header: the original's own, unless that is none of the standard's image classes, or is meant for one frame
    /// only and there are several.
    static func publicClass(of original: String?, _ pixels: PixelDescription?) -> String {
        guard let pixels, let original, images.contains(original) else { return secondaryCapture(for: pixels) }
        guard pixels.frames > 1 else { return original }
        switch original {
        case secondaryCapture: return secondaryCapture(for: pixels)
        case ultrasound, retiredUltrasound: return multiFrameUltrasound
        default: return original
        }
    }

    private static let ultrasound = "1.2.840.10008.5.1.4.1.1.6.1"
    private static let retiredUltrasound = "1.2.840.10008.5.1.4.1.1.6"
    private static let multiFrameUltrasound = "1.2.840.10008.5.1.4.1.1.3.1"

    /// The secondary capture class for an image whose own class is none of the standard's (PS3.3 §A.8).
    private static func secondaryCapture(for pixels: PixelDescription?) -> String {
        guard let pixels, pixels.frames > 1 else { return secondaryCapture }
        switch (pixels.samplesPerPixel, pixels.bitsAllocated) {
        case (1, 1): return secondaryCapture + ".1"
        case (1, ...8): return secondaryCapture + ".2"
        case (1, _): return secondaryCapture + ".3"
        default: return secondaryCapture + ".4"
        }
    }

    static let images: Set<String> = Set(suffixes.map { "1.2.840.10008.5.1.4.1.1." + $0 })

    private static let suffixes = [
        "1", "1.1", "1.1.1", "1.2", "1.2.1", "1.3", "1.3.1", "2", "2.1", "2.2", "3", "3.1", "4", "4.1", "4.3", "4.4", "5", "6", "6.1",
        "6.2", "6.3", "7", "7.1", "7.2", "7.3", "7.4", "12.1", "12.1.1", "12.2", "12.2.1", "13.1.1", "13.1.2", "13.1.3", "13.1.4",
        "13.1.5", "14.1", "14.2", "20", "30", "66.4", "77.1", "77.1.1", "77.1.2", "77.1.3", "77.1.4", "77.1.5.1", "77.1.5.2",
        "77.1.5.4", "77.1.5.5", "77.1.5.6", "77.1.5.7", "77.1.5.8", "77.1.6", "77.1.7", "77.1.8", "77.1.9", "77.2", "81.1", "82.1",
        "128", "128.1", "130", "481.1", "481.2", "481.23", "481.24",
    ]
}
