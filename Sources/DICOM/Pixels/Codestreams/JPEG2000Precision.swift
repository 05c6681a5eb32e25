/// Makes the precision of a codestream Bits Stored, as PS3.5 §8.2.4 asks; GDCM's encoder always announces Bits Allocated.
///
/// The announced precision decides one thing only: how far a decoder shifts unsigned samples (ISO/IEC 15444-1 §G.1). Everything else
/// follows from the exponents in the quantisation segment, which allow for more bits than there are. So unsigned samples are shifted
/// here, encoded as signed ones, which are never shifted, and the size segment is then given the true precision and sign. A decoder does
/// with the result what it would do with any codestream of that precision.
enum JPEG2000Precision {
    static func mustBeCorrected(_ description: PixelDescription, _ syntax: TransferSyntax) -> Bool {
        syntax.codec == .jpeg2000 && description.bitsStored < description.bitsAllocated
    }

    /// Unsigned samples less half of their range, signed samples as they are.
    static func levelShifted(_ frame: ArraySlice<UInt8>, _ description: PixelDescription) -> [UInt8] {
        guard !description.isSigned else { return Array(frame) }
        var shifted = Array(frame)
        if description.bitsAllocated == 8 {
            shift(&shifted, by: UInt8(1) << UInt8(description.bitsStored - 1))
        } else {
            shift(&shifted, by: UInt16(1) << UInt16(description.bitsStored - 1))
        }
        return shifted
    }

    private static func shift<Sample: FixedWidthInteger & UnsignedInteger>(_ bytes: inout [UInt8], by half: Sample) {
        bytes.withUnsafeMutableBytes { raw in
            let width = MemoryLayout<Sample>.size
            for start in stride(from: 0, to: raw.count - raw.count % width, by: width) {
                let sample = Sample(littleEndian: raw.loadUnaligned(fromByteOffset: start, as: Sample.self))
                raw.storeBytes(of: (sample &- half).littleEndian, toByteOffset: start, as: Sample.self)
            }
        }
    }

    /// Writes Ssiz of each component (ISO/IEC 15444-1 Table A.11).
    ///
    /// - Throws: `encodingFailed` when the codestream does not start as this must.
    static func correct(_ codestream: inout [UInt8], _ description: PixelDescription) throws(DICOMError) {
        guard let header = CodestreamHeader.read(codestream[...], codec: .jpeg2000), header.components == description.samplesPerPixel,
            header.precision == description.bitsAllocated, header.isSigned
        else { throw DICOMError(.encodingFailed, "the encoder wrote an unexpected size segment", tag: .pixelData) }
        let depth = UInt8(truncatingIfNeeded: description.bitsStored - 1) | (description.isSigned ? 0x80 : 0)
        for component in 0..<header.components { codestream[CodestreamHeader.componentDepthOffset + 3 * component] = depth }
    }
}
