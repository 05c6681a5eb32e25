import ArgumentParser
import Foundation
import Marks

/// Counts how far the strict mark keeps its promises.
struct MarksProofCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proof",
        abstract: "Count what the strict mark keeps: exact returns, false alarms, edits, damage, crops, custody.",
        discussion: """
            Images and edits are random, and the same for the same seed. Exact returns and false alarms are counted on images that are made \
            up; the other parts take the grey images of one frame of the files that are given, or made-up ones. The element's copy of the \
            body is not used.
            """)

    private enum Part: String, CaseIterable, ExpressibleByArgument {
        case returns, untouched, insertion, edits, damage, crops, custody
    }

    @Argument(help: "DICOM images.")
    var files: [String] = []

    @Option(help: "What is counted; everything by default. May be given several times.")
    private var part: [Part] = []

    @Option(help: "Files that are marked, verified and unmarked.")
    var images = 1000

    @Option(help: "Verifications of images that nobody has touched.")
    var untouched = 2000

    @Option(help: "Edits.")
    var edits = 1000

    @Option(help: "Places of a damage of each size, and of crops, in each image.")
    var places = 40

    @Option(help: "The first seed.")
    var seed: UInt64 = 1

    func run() throws {
        let party = try BenchmarkParty()
        let real = try ProofImage.read(files)
        let images = try real.isEmpty ? ProofImage.madeUp(12, seed: seed) : real
        for part in part.isEmpty ? Part.allCases : part {
            switch part {
            case .returns: try ExactReturns(party: party, seed: seed).count(self.images)
            case .untouched: try FalseAlarms(party: party, seed: seed).count(untouched)
            case .insertion: try InsertionTable(party: party).print(try real.isEmpty ? images + [.large(seed: seed)] : real)
            case .edits: try EditTrials(party: party, seed: seed).count(edits, in: images)
            case .damage: try DamageTrials(party: party, seed: seed).count(places, in: images)
            case .crops: try CropTrials(party: party, seed: seed).count(places, in: images)
            case .custody: try CustodyTrials().count()
            }
        }
    }
}

/// The cost of marks to the images that they are put into.
struct InsertionTable {
    let party: BenchmarkParty

    func print(_ images: [ProofImage]) throws {
        Swift.print("image  size  bytes of the body  redundancy  strips  PSNR of the used range  most changed  carrying blocks")
        for subject in images {
            let marked = try subject.marked(by: party)
            let size = "\(subject.image.height)×\(subject.image.width)×\(subject.image.planes.count)"
            guard let rung = marked.rung else {
                Swift.print(subject.name, size, marked.body.bytes.count, "not in the pixels")
                continue
            }
            Swift.print(
                subject.name, size, marked.body.bytes.count, rung.redundancy, rung.hasStrips,
                String(format: "%.1f dB", subject.peakRatio(marked.meanSquaredChange)), marked.largestChange,
                "\(marked.carryingBlocks)/\(marked.blockCount)")
        }
    }
}
