import Basics
import CommandLineSupport
import MarkedImages
import Marks

/// Tells of instances that were compared.
struct ComparisonReporter: Sendable {
    let json: JSONLines?

    func compared(_ comparison: InstanceComparison) {
        if let json { return json.write(ComparedInstance(comparison)) }
        let name = comparison.file ?? comparison.reference ?? comparison.instance
        Console.say("\(name): \(comparison.verdict.words)")
        for line in comparison.lines { Console.say("    \(line)") }
    }

    func failed(_ failure: FailedFile) {
        if let json { json.write(failure) } else { Console.complain("\(failure.file): \(failure.reason)") }
    }

    func wrote(_ report: String) {
        if json == nil { Console.say("Report: \(report)/index.html") }
    }
}

/// One line of `--json`.
private struct ComparedInstance: Encodable, Sendable {
    struct Region: Encodable, Sendable {
        let row: Int
        let column: Int
        let height: Int
        let width: Int
        let areaSamples: Int
        let areaSquareMillimetres: Double?
        let meanDifference: Double
        let largestDifference: Double
        let importance: Double

        init(_ difference: ContentDifference) {
            (row, column) = (difference.rows.lowerBound, difference.columns.lowerBound)
            (height, width) = (difference.rows.count, difference.columns.count)
            (areaSamples, areaSquareMillimetres) = (difference.area, difference.squareMillimetres)
            (meanDifference, largestDifference, importance) = (difference.mean, difference.peak, difference.importance)
        }
    }

    struct Frame: Encodable, Sendable {
        let frame: Int
        let verdict: String
        let changedSamples: Int?
        let largestChange: Double?
        let unit: String
        let isExact: Bool
        let importance: Double
        let assessedShare: Double?
        let regions: [Region]
        let cells: [VerifiedArea]
        let obstacle: String?

        init(_ frame: InstanceComparison.Frame) {
            (self.frame, verdict) = (frame.number + 1, frame.verdict.rawValue)
            (changedSamples, largestChange, unit, isExact) = (frame.changedSamples, frame.largestChange, frame.unit, frame.isExact)
            (importance, assessedShare) = (frame.importance, frame.content?.assessedShare)
            (regions, cells, obstacle) = (frame.differences.map(Region.init), frame.cells.map(VerifiedArea.init), frame.obstacle)
        }
    }

    struct Attribute: Encodable, Sendable {
        let attribute: String?
        let group: String
        let verdict: String
        let before: String?
        let now: String
    }

    struct Element: Encodable, Sendable {
        let element: String
        let change: String
        let before: String
        let now: String
        let neutral: Bool
    }

    let event = "compared"
    let file: String?
    let reference: String?
    let instance: String
    let verdict: String
    let pixels: String?
    let issuer: String?
    let transformations: [String]
    let frames: [Frame]
    let headerChecked: Bool
    let header: [Attribute]
    let elements: [Element]

    init(_ comparison: InstanceComparison) {
        (file, reference, instance) = (comparison.file, comparison.reference, comparison.instance)
        (verdict, pixels) = (comparison.verdict.rawValue, comparison.pixels?.rawValue)
        (issuer, transformations) = (comparison.judgement?.words, comparison.transformations)
        (frames, headerChecked) = (comparison.frames.map(Frame.init), comparison.isHeaderChecked)
        header = comparison.header.map {
            Attribute(
                attribute: $0.attribute?.keyword, group: $0.group.rawValue, verdict: $0.verdict.name, before: $0.before, now: $0.now)
        }
        elements = comparison.elements.map {
            Element(element: $0.path, change: $0.change.rawValue, before: $0.before, now: $0.now, neutral: $0.isNeutral)
        }
    }
}

/// A rectangle of an image, counted from 0.
struct VerifiedArea: Encodable, Sendable {
    let row: Int
    let column: Int
    let height: Int
    let width: Int

    init(_ area: BlockArea) {
        (row, column, height, width) = (area.top, area.left, area.height, area.width)
    }
}
