/// Which planes of an image carry: all of them up to 2^24 samples, beyond that planes spread evenly over the image.
///
/// Depends on the geometry only, so that both sides agree. A position counts samples plane by plane, row by row over the carrier planes.
struct CarrierPlanes {
    /// A bound on time and memory for long multi-frame images; 2^24 samples hold far more than any record.
    static let maximumSampleCount = 1 << 24

    /// Indices into ``SamplePlanes/planes``, ascending.
    let indices: [Int]
    let rows: Int
    let columns: Int

    init(of planes: SamplePlanes) {
        rows = planes.rows
        columns = planes.columns
        let total = planes.planes.count
        let limit = max(1, Self.maximumSampleCount / max(1, planes.samplesPerPlane))
        let used = min(total, limit)
        indices = (0..<used).map { $0 * total / used }
    }

    var samplesPerPlane: Int { rows * columns }
    var sampleCount: Int { indices.count * samplesPerPlane }

    /// The plane and the index inside it of a position below ``sampleCount``.
    func locate(_ position: Int) -> (plane: Int, index: Int) {
        let (ordinal, index) = position.quotientAndRemainder(dividingBy: samplesPerPlane)
        return (indices[ordinal], index)
    }
}
