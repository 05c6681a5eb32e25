import DICOM

/// What puts the files of a series into their order: where the slice lies along its normal, then its number, then its identifier.
public struct SeriesPlace: Comparable, Sendable {
    private let position: Double
    private let number: Int
    private let instance: String

    init(of dataSet: DataSet) {
        let (place, axes) = (dataSet.decimals(.imagePositionPatient), dataSet.decimals(.imageOrientationPatient))
        if place.count == 3, axes.count == 6 {
            let normal = [
                axes[1] * axes[5] - axes[2] * axes[4], axes[2] * axes[3] - axes[0] * axes[5], axes[0] * axes[4] - axes[1] * axes[3],
            ]
            position = (zip(place, normal).reduce(0) { $0 + $1.0 * $1.1 } * 1000).rounded()
        } else {
            position = 0
        }
        number = dataSet.integer(.instanceNumber) ?? 0
        instance = dataSet.string(.sopInstanceUID) ?? ""
    }

    public static func < (left: SeriesPlace, right: SeriesPlace) -> Bool {
        (left.position, left.number, left.instance) < (right.position, right.number, right.instance)
    }
}
