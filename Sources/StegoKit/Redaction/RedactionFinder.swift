import DICOM
import TextDetection

/// The part of an image that is to be filled, and the reason.
struct FoundRedaction: Sendable {
    var mask: CellMask
    /// Names of what found something, for a person.
    var sources: [String]
    /// Whether a person should know that the image probably shows text.
    var isProbable: Bool
}

/// Finds what is to be filled: by what was given, by what the header says, and by looking.
struct RedactionFinder {
    /// Regions of ultrasound that are nearly the whole screen say nothing.
    private static let greatestKeptShare = 0.95
    /// Boxes grow by steps of so many cells: 64 samples.
    private static let boxStep = 8
    /// A part that is thicker than that, in cells, is taken for no line of text; where text is not suspected, bones are thicker.
    private static let thickestLine = 12
    private static let thickestUnsuspectedLine = 5

    let policy: RedactionPolicy

    /// Blocks while it computes.
    ///
    /// - Parameters:
    ///   - planes: the image's levels.
    ///   - description: of them.
    ///   - transferSyntax: of the file that the image is from.
    func find(
        in planes: SamplePlanes, _ description: PixelDescription, _ dataSet: DataSet, _ transferSyntax: TransferSyntax
    ) -> FoundRedaction {
        let face = policy.defaces ? FaceFinder.find(in: planes, description, dataSet) : nil
        return find(in: description, dataSet, transferSyntax, face: face) { profile in
            let shown = ShownColours(description, dataSet).planes(of: planes)
            return TextDetector(profile: profile).mask(
                of: shown.planes, rows: planes.rows, columns: planes.columns, colours: shown.colours, bitsStored: shown.bitsStored)
        }
    }

    /// How closely the pixels are to be looked at; `nil` where what is filled does not depend on them.
    func profile(_ description: PixelDescription, _ dataSet: DataSet, _ transferSyntax: TransferSyntax) -> DetectionProfile? {
        let header = BurnedInHeader(dataSet, description, transferSyntax)
        guard policy.burnedInText != .keep, header.documentReason == nil else { return nil }
        return switch header.suspicion {
        case .none: nil
        case .counts: .counts
        case .unsuspected: .unsuspected
        case .suspected: .suspected
        case .blurred: .blurred
        }
    }

    /// - Parameters:
    ///   - face: where it is in all frames together; `nil` where a policy asks for none.
    ///   - look: what looks like text in the pixels; asked at most once, where ``profile(_:_:_:)`` gives a profile.
    func find(
        in description: PixelDescription, _ dataSet: DataSet, _ transferSyntax: TransferSyntax, face: FaceFinder.Finding?,
        look: (DetectionProfile) -> CellMask
    ) -> FoundRedaction {
        let header = BurnedInHeader(dataSet, description, transferSyntax)
        var found = FoundRedaction(
            mask: CellMask(imageRows: description.rows, imageColumns: description.columns), sources: [], isProbable: header.isProbable)
        addGiven(dataSet, to: &found)
        if let face { add(face, to: &found) }
        guard policy.burnedInText != .keep else { return found }
        if let reason = header.documentReason {
            found.add(reason) { $0.fillAll() }
            return found
        }
        if header.isUltrasound { addSurroundings(dataSet, to: &found) }
        if let profile = profile(description, dataSet, transferSyntax) { add(look(profile), header, to: &found) }
        if header.saysSo, found.mask.isEmpty { found.add("Burned In Annotation") { $0.fillAll() } }
        return found
    }

    /// Rectangles and rules.
    private func addGiven(_ dataSet: DataSet, to found: inout FoundRedaction) {
        found.add("as given") { mask in
            for rectangle in policy.rectangles { mask.fill(rectangle) }
        }
        let (rows, columns) = (found.mask.imageRows, found.mask.imageColumns)
        for rule in policy.rules where rule.applies(to: dataSet, rows: rows, columns: columns) {
            found.add("rule") { mask in
                if rule.whole { mask.fillAll() }
                for rectangle in rule.rectangles { mask.fill(rectangle) }
            }
        }
    }

    private func add(_ face: FaceFinder.Finding, to found: inout FoundRedaction) {
        found.add("face") { mask in
            switch face {
            case .nothing: break
            case .everything: mask.fillAll()
            case .edge(let x, let y, let width, let height): mask.fill(x: x, y: y, width: width, height: height)
            }
        }
    }

    /// Of an ultrasound screen what lies outside its regions; without any, its edges, where names stand.
    private func addSurroundings(_ dataSet: DataSet, to found: inout FoundRedaction) {
        let (rows, columns) = (found.mask.imageRows, found.mask.imageColumns)
        guard let regions = UltrasoundRegions.mask(of: dataSet, rows: rows, columns: columns),
            regions.coverage < Self.greatestKeptShare
        else {
            found.add("edges of an ultrasound screen") { mask in
                mask.fill(x: 0, y: 0, width: columns, height: rows * 12 / 100)
                mask.fill(x: 0, y: rows - rows * 8 / 100, width: columns, height: rows)
                mask.fill(x: 0, y: 0, width: columns * 6 / 100, height: rows)
                mask.fill(x: columns - columns * 6 / 100, y: 0, width: columns, height: rows)
            }
            return
        }
        found.add("outside the ultrasound regions") { mask in
            for row in 0..<mask.rows {
                for column in 0..<mask.columns {
                    let across = mask.samples(ofColumn: column)
                    // Touched counts: the cell is kept only where all of it is of a region.
                    let isKept = mask.samples(ofRow: row).allSatisfy { row in across.allSatisfy { regions[row, $0] } }
                    if !isKept { mask.fill(rows: row..<row + 1, columns: column..<column + 1) }
                }
            }
        }
    }

    private func add(_ detected: CellMask, _ header: BurnedInHeader, to found: inout FoundRedaction) {
        found.add("detector") { mask in
            mask.formUnion(
                detected.roundedUp(toStepsOf: Self.boxStep) { region in
                    let (thick, long) = (min(region.rows.count, region.columns.count), max(region.rows.count, region.columns.count))
                    let thickest = header.suspicion == .unsuspected ? Self.thickestUnsuspectedLine : Self.thickestLine
                    return thick <= thickest && long >= 2 * thick
                })
        }
    }
}

extension FoundRedaction {
    /// Notes the source if it adds anything.
    fileprivate mutating func add(_ source: String, _ change: (inout CellMask) -> Void) {
        let before = mask
        change(&mask)
        if mask != before, !sources.contains(source) { sources.append(source) }
    }
}

extension CellMask {
    fileprivate mutating func fill(_ rectangle: RedactionRectangle) {
        // What lies to the left of the image or above it is cut off here.
        let (left, top) = (max(0, rectangle.x), max(0, rectangle.y))
        fill(x: left, y: top, width: rectangle.width + min(0, rectangle.x), height: rectangle.height + min(0, rectangle.y))
    }
}
