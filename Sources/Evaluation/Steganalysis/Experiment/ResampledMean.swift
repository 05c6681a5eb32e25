/// The mean of a figure over repeated random splits of the same data, with a 95 % confidence interval.
///
/// The splits share their data, so their results are not independent and the usual interval would be far too narrow. This one is Nadeau and
/// Bengio's (Inference for the generalization error, Machine Learning 52, 2003): variance of the mean = s² · (1/k + test/training),
/// with Student's t of k − 1 degrees of freedom.
public struct ResampledMean: Hashable, Sendable {
    public let mean: Double
    /// Half the interval's length; infinite for fewer than two values.
    public let halfWidth: Double
    public let count: Int

    /// - Parameter testToTraining: how many times as large as the training half the testing half is.
    public init(_ values: [Double], testToTraining: Double = 1) {
        count = values.count
        guard !values.isEmpty else {
            (mean, halfWidth) = (.nan, .infinity)
            return
        }
        let mean = values.reduce(0, +) / Double(values.count)
        self.mean = mean
        guard values.count > 1 else {
            halfWidth = .infinity
            return
        }
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
        halfWidth = Self.student(values.count - 1) * (variance * (1 / Double(values.count) + testToTraining)).squareRoot()
    }

    public var lower: Double { mean - halfWidth }
    public var upper: Double { mean + halfWidth }

    /// The 0.975 quantile of Student's distribution.
    private static func student(_ degrees: Int) -> Double {
        let table = [
            12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
            2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
        ]
        // Beyond the table the first terms of the expansion in 1/degrees are good to three decimals.
        return degrees <= table.count ? table[degrees - 1] : 1.95996 + 2.3722 / Double(degrees)
    }
}
