extension PixelDescription {
    /// Reads the image pixel module of a data set.
    ///
    /// What the standard requires and files leave out is filled in where only one reading makes sense: one sample, one frame, all
    /// allocated bits stored, unsigned.
    ///
    /// - Throws: `invalidPixelModule` naming the element that is missing or wrong.
    public init(of dataSet: DataSet) throws(DICOMError) {
        let bitsAllocated = try Self.required(.bitsAllocated, "bits allocated", in: dataSet)
        let bitsStored = try Self.optional(.bitsStored, "bits stored", in: dataSet) ?? bitsAllocated
        let samplesPerPixel = try Self.optional(.samplesPerPixel, "samples per pixel", in: dataSet) ?? 1
        let isSigned = try Self.optional(.pixelRepresentation, "pixel representation", in: dataSet) ?? 0
        guard isSigned == 0 || isSigned == 1 else {
            throw DICOMError(.invalidPixelModule, "\(isSigned) is no possible number for pixel representation", tag: .pixelRepresentation)
        }
        try self.init(
            rows: try Self.required(.rows, "rows", in: dataSet),
            columns: try Self.required(.columns, "columns", in: dataSet),
            frames: Self.numberOfFrames(in: dataSet),
            samplesPerPixel: samplesPerPixel,
            planarConfiguration: samplesPerPixel == 1 ? 0 : try Self.optional(.planarConfiguration, "planar configuration", in: dataSet) ?? 0,
            photometricInterpretation: dataSet.string(.photometricInterpretation) ?? (samplesPerPixel == 3 ? "RGB" : "MONOCHROME2"),
            bitsAllocated: bitsAllocated,
            bitsStored: bitsStored,
            highBit: try Self.optional(.highBit, "high bit", in: dataSet),
            isSigned: isSigned == 1,
            paddingRange: Self.paddingRange(in: dataSet, isSigned: isSigned == 1))
    }

    /// An image without a number of frames, or with an unreadable one, has one frame; zero frames are an error of their own.
    private static func numberOfFrames(in dataSet: DataSet) -> Int { dataSet.integer(.numberOfFrames) ?? 1 }

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
