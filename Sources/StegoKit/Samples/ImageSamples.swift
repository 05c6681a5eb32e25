public import DICOM

/// The samples of an image as embedding sees them, and the way back to native bytes.
public struct ImageSamples: Sendable {
    /// Of the samples as a stego file holds them: right-aligned in their words, colour by pixel.
    public let description: PixelDescription
    /// One plane a frame and colour, as levels.
    public let planes: SamplePlanes
    private let conversion: SampleConversion
    private let fill: UnusedBits

    /// Decodes an image. Takes some 20 ms for a compressed 512 × 512 slice, and blocks.
    ///
    /// - Throws: `DICOMError` where there are no pixels or they cannot be decoded; ``StegoError`` `.notReversible` for samples that embedding
    ///   does not handle (words of neither 8 nor 16 bits).
    public init(of file: DICOMFile) throws {
        let (decoded, native) = try PixelCodec.decode(file)
        guard let source = SampleConversion(decoded) else {
            throw StegoError(.notReversible, "Its samples have \(decoded.bitsAllocated)-bit words.")
        }
        let stego = try decoded.inStegoLayout()
        guard let conversion = SampleConversion(stego) else {
            throw StegoError(.notReversible, "Its samples could not be laid out again.")
        }
        description = stego
        planes = try source.split(native).planes
        self.conversion = conversion
        fill = stego.isSigned ? .signExtension : .zero
    }

    /// Native little-endian bytes, as ``description`` lays them out, of planes shaped like ``planes``.
    ///
    /// - Returns: `nil` for planes of another shape.
    public func native(_ planes: SamplePlanes) -> [UInt8]? {
        conversion.join(planes, unusedBits: fill, colorByPlane: false)
    }
}
