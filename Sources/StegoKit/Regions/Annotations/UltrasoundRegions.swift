import DICOM

/// The regions of an ultrasound image (PS3.3 §C.8.5.5): where on the screen images, sweeps and spectra are.
enum UltrasoundRegions {
    /// A region that is the whole screen says nothing.
    private static let greatestCoverage = 0.98
    /// Tissue, colour flow, spectra, sweeps, traces; not graphics (5).
    private static let formats = 1...4

    /// The union of the regions; `nil` when there are none, or none that fit the image (headers survive cropping and scaling).
    static func mask(of dataSet: DataSet, rows: Int, columns: Int) -> BitMask? {
        var mask = BitMask(rows: rows, columns: columns)
        for item in dataSet.items(.sequenceOfUltrasoundRegions) {
            guard let format = item.integer(.regionSpatialFormat), formats.contains(format) else { continue }
            guard let left = item.integer(.regionLocationMinX0), let top = item.integer(.regionLocationMinY0),
                let right = item.integer(.regionLocationMaxX1), let bottom = item.integer(.regionLocationMaxY1),
                left >= 0, top >= 0, left < right, top < bottom, right <= columns, bottom <= rows
            else { return nil }
            // The last column and row are inside.
            mask.fill(x: left, y: top, width: right - left + 1, height: bottom - top + 1)
        }
        return mask.isEmpty || mask.coverage > greatestCoverage ? nil : mask
    }
}
