/// Features of many blocks: a row a block.
public struct FeatureRows: Hashable, Sendable {
    /// The length of a row.
    public let featureCount: Int
    /// Row after row.
    public private(set) var values: [Float] = []

    public init(featureCount: Int) { self.featureCount = featureCount }

    public var rowCount: Int { featureCount == 0 ? 0 : values.count / featureCount }

    /// Adds a row; one of another length is cut or filled with zeros.
    public mutating func append(_ row: [Float]) {
        values += row.prefix(featureCount)
        values += repeatElement(0, count: max(0, featureCount - row.count))
    }

    public mutating func append(contentsOf other: FeatureRows) {
        guard other.featureCount == featureCount else { return }
        values += other.values
    }
}
