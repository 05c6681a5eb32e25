import Foundation
import Marks
import SeededRandomness

/// Counts the edits of marked images that are found, and whether the map shows them where they are.
struct EditTrials {
    let party: BenchmarkParty
    let seed: UInt64

    private struct Tally {
        var count = 0
        var found = 0
        /// Edits after which the signed list was read from the pixels, so that there is a map.
        var mapped = 0
        var changed = 0
        var changedInside = 0
        var area = 0
        var footprint = 0
        /// Edits that changed samples, of which one at least is in the map.
        var placed = 0
        var placeable = 0
    }

    /// An image with its mark, and as it was.
    private struct Subject {
        let original: ProofImage
        let marked: MarkImage
    }

    func count(_ edits: Int, in images: [ProofImage]) throws {
        let subjects = try images.filter { $0.image.planes.count == 1 && $0.image.height >= 128 && $0.image.width >= 128 }.compactMap {
            let marked = try $0.marked(by: party)
            return marked.rung == nil ? nil : Subject(original: $0, marked: marked.image)
        }
        guard !subjects.isEmpty else { return print("edits: no grey image with a mark in its pixels") }
        var (tallies, random) = ([ImageEdit: Tally](), SplitMix64(seed: seed &+ 1))
        let stranger = try BenchmarkParty()
        let reader = StrictReader(directory: party.directory)
        for index in 0..<edits {
            let edit = ImageEdit.allCases[index % ImageEdit.allCases.count]
            let number = Int.random(in: 0..<subjects.count, using: &random)
            let subject = subjects[number]
            let others = subjects.indices.filter {
                $0 != number && subjects[$0].marked.width == subject.marked.width && subjects[$0].marked.height == subject.marked.height
            }
            let other = others.randomElement(using: &random).map { subjects[$0].marked.carrier.samples }
            guard !edit.needsOther || other != nil else { continue }
            let edited =
                edit == .forgery
                ? try forged(subject, by: stranger, &random)
                : try subject.marked.changed { edit.apply(to: &$0, of: subject.marked, other: other ?? [], &random) }
            guard edited != subject.marked else { continue }
            Self.count(reader.read(edited), subject, &tallies[edit, default: Tally()])
        }
        report(tallies, subjects.count)
    }

    /// One block of the image as a stranger would mark it once he had edited it: its frame names this image and this place, and its tag fits.
    private func forged(_ subject: Subject, by stranger: BenchmarkParty, _ random: inout SplitMix64) throws -> MarkImage {
        let areas = MarkGrid(height: subject.marked.height, width: subject.marked.width).areas
        let area = areas[Int.random(in: 0..<areas.count, using: &random)]
        let (top, left) = (
            area.top + Int.random(in: 0..<area.height - 10, using: &random), area.left + Int.random(in: 0..<area.width - 10, using: &random)
        )
        let image = subject.original.image
        let edited = try image.changed { samples in
            for row in top..<top + 10 {
                for index in row * image.width + left..<row * image.width + left + 10 {
                    samples[index] = min(samples[index] + 30, image.carrier.range.upperBound)
                }
            }
        }
        let strangers = try StrictMarker(issuer: stranger.issuer).mark(edited, as: subject.original.identifier) { try stranger.binding($0) }
        let source = strangers.image.carrier.samples
        return try subject.marked.changed { samples in
            for row in area.top..<area.bottom {
                let range = row * image.width + area.left..<row * image.width + area.right
                samples.replaceSubrange(range, with: source[range])
            }
        }
    }

    private static func count(_ reading: StrictReading, _ subject: Subject, _ tally: inout Tally) {
        tally.count += 1
        if reading.verdict != .intact { tally.found += 1 }
        guard reading.body != nil, reading.isSigned else { return }
        tally.mapped += 1
        let (before, after, width) = (subject.original.image.carrier.samples, reading.restored.carrier.samples, reading.restored.width)
        var inside = [Bool](repeating: false, count: before.count)
        for cell in reading.cells {
            for row in cell.top..<cell.bottom { for column in cell.left..<cell.right { inside[row * width + column] = true } }
        }
        // Samples that differ once the mark is off; edits of nothing but the mark change none.
        var (cells, changed, changedInside) = (Set<Int>(), 0, 0)
        for index in before.indices where before[index] != after[index] {
            changed += 1
            if inside[index] { changedInside += 1 }
            cells.insert(index / width / 8 * 10_000 + index % width / 8)
        }
        tally.changed += changed
        tally.changedInside += changedInside
        if changed > 0 { tally.placeable += 1 }
        if changedInside > 0 { tally.placed += 1 }
        tally.area += inside.count { $0 }
        tally.footprint += cells.count * 64
    }

    private func report(_ tallies: [ImageEdit: Tally], _ images: Int) {
        print("edits of \(images) images: n  found  with a map  placed  changed samples in the map  map / footprint of 8²")
        var all = Tally()
        for edit in ImageEdit.allCases {
            guard let tally = tallies[edit] else { continue }
            print(edit.rawValue, Self.line(tally))
            all.count += tally.count
            all.found += tally.found
            all.mapped += tally.mapped
            all.placed += tally.placed
            all.placeable += tally.placeable
            all.changed += tally.changed
            all.changedInside += tally.changedInside
            all.area += tally.area
            all.footprint += tally.footprint
        }
        print("all", Self.line(all))
    }

    private static func line(_ tally: Tally) -> String {
        let inside = 100 * Double(tally.changedInside) / Double(max(1, tally.changed))
        let ratio = Double(tally.area) / Double(max(1, tally.footprint))
        return "\(tally.count) \(tally.found) \(tally.mapped) \(tally.placed)/\(tally.placeable) "
            + String(format: "%.2f %%  %.2f", inside, ratio)
    }
}
