import DICOM

/// The ways in which an instance can become a stego file.
enum Approach: String {
    /// The samples are decoded, carry what of the record fits, and are encoded with the stego codec.
    case embedded
    /// The samples are decoded and encoded again unchanged; the record rides in the private element.
    case shown
    /// The pixel value is passed through as it is; the record rides in the private element.
    case verbatim
    /// Nothing is shown; the private element holds the whole original.
    case enclosed

    /// The approaches to try for a file, best first. The last of them, which needs nothing of the file, always serves.
    static func candidates(for file: DICOMFile) -> [Approach] {
        guard let pixels = file.pixels else { return [.enclosed] }
        if file.isPixelDataEncapsulated, file.transferSyntax.isLossless != true { return [.verbatim, .enclosed] }
        guard SampleConversion(pixels) != nil else { return [.verbatim, .enclosed] }
        return (mayCarry(pixels) ? [.embedded] : []) + [.shown, .verbatim, .enclosed]
    }

    /// Neighbouring indices of a palette may be very different colours, so a change by one may show.
    private static func mayCarry(_ pixels: PixelDescription) -> Bool {
        pixels.photometricInterpretation != "PALETTE COLOR"
    }
}
