public import DICOM

extension DisplayWindow {
    /// The header's first window, or one that spans the samples when it has none.
    ///
    /// - Parameter samples: stored values of the frame to be shown, in any order.
    public init(of dataSet: DataSet, samples: [Int32]) {
        let slope = dataSet.decimal(.rescaleSlope) ?? 1
        let intercept = dataSet.decimal(.rescaleIntercept) ?? 0
        let isInverted = dataSet.string(.photometricInterpretation) == "MONOCHROME1"
        if let centre = dataSet.decimal(.windowCenter), let width = dataSet.decimal(.windowWidth), width >= 1 {
            self.init(centre: centre, width: width, slope: slope, intercept: intercept, isInverted: isInverted)
        } else {
            self.init(spanning: samples, slope: slope, intercept: intercept, isInverted: isInverted)
        }
    }
}
