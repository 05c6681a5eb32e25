import DICOM

/// The ways in which an instance can become a stego file.
enum Representation: String {
    /// The samples are decoded, carry what of the record fits, and are encoded with the stego codec.
    case embedded
    /// The samples are decoded and encoded again unchanged; the record rides in the private element.
    case shown
    /// The pixel value is passed through, but for what decoding does not need; the record rides in the private element.
    case verbatim
    /// The samples are decoded and encoded again unchanged; the private element holds the whole original.
    case illustrated
    /// The samples are decoded and shown enciphered; the record rides in the private element.
    case ciphered
    /// Nothing is shown; the private element holds the whole original.
    case enclosed

    var decodesSamples: Bool { [.embedded, .shown, .ciphered].contains(self) }

    /// The representations to try for a file, best first. The last of them, which needs nothing of the file, always serves.
    ///
    /// - Parameters:
    ///   - isCiphered: whether nobody may see the samples.
    ///   - codec: where it is ``StegoCodec/none``, lossless codestreams are not passed through: their pixels are to be native.
    static func candidates(for file: DICOMFile, codec: StegoCodec, isCiphered: Bool = false) -> [Representation] {
        // Whether signed samples of other encoders' JPEG XL are offset is not known, so nothing of them is decoded or passed on.
        guard let pixels = file.pixels, file.transferSyntax.codec != .jpegXL else { return [.enclosed] }
        if isCiphered { return SampleConversion(pixels) == nil ? [.enclosed] : [.ciphered, .enclosed] }
        let isLossless = file.transferSyntax.isLossless == true
        if file.isPixelDataEncapsulated, !isLossless { return [.verbatim, .illustrated, .enclosed] }
        guard SampleConversion(pixels) != nil else { return [.verbatim, .enclosed] }
        let mayPass = !file.isPixelDataEncapsulated || codec != .none
        return (mayCarry(pixels) ? [.embedded] : []) + [.shown] + (mayPass ? [.verbatim] : []) + [.illustrated, .enclosed]
    }

    /// Neighbouring indices of a palette may be very different colours, so a change by one may show.
    private static func mayCarry(_ pixels: PixelDescription) -> Bool {
        pixels.photometricInterpretation != "PALETTE COLOR"
    }
}
