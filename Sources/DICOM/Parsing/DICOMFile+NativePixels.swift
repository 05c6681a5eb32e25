extension DICOMFile {
    /// Native pixel values in the order of Explicit VR Little Endian.
    func nativePixelBytes(_ range: Range<Int>, _ description: PixelDescription) -> [UInt8] {
        guard encoding.isBigEndian else { return Array(expanded[range]) }
        // Big-endian OW is made of 16-bit words whatever the samples are, OB of bytes (PS3.5 §7.3, §8.1.1).
        guard pixelDataVR == .OW else { return Array(expanded[range]) }
        if description.bitsAllocated > 16, description.bitsAllocated % 16 == 0 {
            return ByteOrder.swapped(expanded[range], unitSize: description.bitsAllocated / 8)
        }
        return ByteOrder.swapped(expanded[range], unitSize: 2)
    }

    /// The value representation written before the pixel data; implicit data sets have OW by definition (PS3.5 §A.1).
    private var pixelDataVR: ValueRepresentation {
        guard encoding.isExplicit, let start = pixelDataRange?.lowerBound, start >= 8 else { return .OW }
        return ValueRepresentation(expanded[start - 8], expanded[start - 7]) ?? .OW
    }
}
