extension PixelDescription {
    /// Reads the image pixel module of a data set.
    ///
    /// Attributes that the standard requires and files leave out are filled in where only one reading makes sense: one sample, one frame,
    /// all allocated bits stored, unsigned.
    ///
    /// - Parameter nativeByteCount: the length of native pixel data, which decides where the number of frames is unreadable.
    /// - Throws: `invalidPixelModule` naming the element that is missing or wrong.
    public init(of dataSet: DataSet, nativeByteCount: Int? = nil) throws(DICOMError) {
        let bitsAllocated = try Self.required(.bitsAllocated, "bits allocated", in: dataSet)
        let bitsStored = try Self.optional(.bitsStored, "bits stored", in: dataSet) ?? bitsAllocated
        let samplesPerPixel = try Self.optional(.samplesPerPixel, "samples per pixel", in: dataSet) ?? 1
        let isSigned = try Self.optional(.pixelRepresentation, "pixel representation", in: dataSet) ?? 0
        guard isSigned == 0 || isSigned == 1 else {
            throw DICOMError(.invalidPixelModule, "\(isSigned) is no possible number for pixel representation", tag: .pixelRepresentation)
        }
        let single = try PixelDescription(
            rows: try Self.required(.rows, "rows", in: dataSet),
            columns: try Self.required(.columns, "columns", in: dataSet),
            samplesPerPixel: samplesPerPixel,
            planarConfiguration: samplesPerPixel == 1
                ? 0 : try Self.optional(.planarConfiguration, "planar configuration", in: dataSet) ?? 0,
            photometricInterpretation: dataSet.string(.photometricInterpretation) ?? (samplesPerPixel == 3 ? "RGB" : "MONOCHROME2"),
            bitsAllocated: bitsAllocated,
            bitsStored: bitsStored,
            highBit: try Self.optional(.highBit, "high bit", in: dataSet),
            isSigned: isSigned == 1,
            paddingRange: Self.paddingRange(in: dataSet, isSigned: isSigned == 1))
        self = try single.repeated(Self.numberOfFrames(in: dataSet, each: single, nativeByteCount: nativeByteCount))
    }

    /// Whether a data set describes an image at all. Pixel Data without any of this is no picture.
    static func isPresent(in dataSet: DataSet) -> Bool {
        [Tag.rows, .columns, .bitsAllocated].contains { dataSet[$0] != nil }
    }

    /// An image without a number of frames has one. Where the number is unreadable, or none at all, the length tells if it is a multiple of
    /// one frame.
    private static func numberOfFrames(in dataSet: DataSet, each frame: PixelDescription, nativeByteCount: Int?) -> Int {
        guard let element = dataSet[.numberOfFrames], !element.isEmpty else { return 1 }
        if let frames = dataSet.integer(.numberOfFrames), frames > 0 { return frames }
        guard let nativeByteCount, nativeByteCount % frame.frameByteCount == 0 else { return 1 }
        return nativeByteCount / frame.frameByteCount
    }

    private static func required(_ tag: Tag, _ name: String, in dataSet: DataSet) throws(DICOMError) -> Int {
        guard let value = try optional(tag, name, in: dataSet) else {
            throw DICOMError(.invalidPixelModule, "the object has pixel data and does not tell its \(name)", tag: tag)
        }
        return value
    }

    private static func optional(_ tag: Tag, _ name: String, in dataSet: DataSet) throws(DICOMError) -> Int? {
        guard let element = dataSet[tag], !element.isEmpty else { return nil }
        guard let value = dataSet.integer(tag) else {
            throw DICOMError(.invalidPixelModule, "the \(name) is no number", tag: tag)
        }
        return value
    }

    /// Both elements are `US` or `SS` after Pixel Representation, whatever value representation they came with (PS3.3 §C.7.5.1.1.2).
    private static func paddingRange(in dataSet: DataSet, isSigned: Bool) -> ClosedRange<Int>? {
        guard let value = sample(dataSet[.pixelPaddingValue], isSigned: isSigned) else { return nil }
        let limit = sample(dataSet[.pixelPaddingRangeLimit], isSigned: isSigned) ?? value
        return min(value, limit)...max(value, limit)
    }

    private static func sample(_ element: DataElement?, isSigned: Bool) -> Int? {
        guard let element, element.bytes.count >= 2 else { return nil }
        return DataElement(element.tag, isSigned ? .SS : .US, bytes: Array(element.bytes.prefix(2))).integers?.first
    }
}
