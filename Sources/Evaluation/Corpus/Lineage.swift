public import DICOM

/// What an image shares with others: used to keep relatives on one side of a split, never printed.
public struct Lineage: Hashable, Sendable {
    let patient: String?
    let series: String?

    init(patient: String?, series: String?) {
        self.patient = patient
        self.series = series
    }

    public init(of dataSet: DataSet) {
        func text(_ tag: Tag) -> String? {
            guard let text = dataSet.string(tag), !text.isEmpty else { return nil }
            return text
        }
        patient = text(.patientID) ?? text(.patientName)
        series = text(.seriesInstanceUID)
    }
}

/// How images are put into groups that stay on one side of a split.
public struct Grouping: Hashable, Sendable {
    public enum Level: String, Hashable, Sendable {
        case patient
        case series
        case image
    }

    public let level: Level
    /// Of each image, counted from 0.
    public let groups: [Int]

    /// Fewer groups than this make halves too unlike each other.
    private static let minimumGroupCount = 8

    /// The coarsest level that leaves eight groups or more, otherwise each image by itself.
    public init(of lineages: [Lineage]) {
        for (level, key) in [(Level.patient, \Lineage.patient), (.series, \.series)] {
            // An image that does not say where it belongs stands for itself.
            let names = lineages.enumerated().map { index, lineage in lineage[keyPath: key].map { "=\($0)" } ?? "#\(index)" }
            var numbers: [String: Int] = [:]
            for name in names where numbers[name] == nil { numbers[name] = numbers.count }
            if numbers.count >= Self.minimumGroupCount {
                self.level = level
                groups = names.map { numbers[$0] ?? 0 }
                return
            }
        }
        level = .image
        groups = Array(lineages.indices)
    }

    public var groupCount: Int { Set(groups).count }
}
