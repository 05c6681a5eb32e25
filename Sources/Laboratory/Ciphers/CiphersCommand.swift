import ArgumentParser
import Basics
import Ciphers
import Foundation

/// The ciphers side by side: exactness, statistics, speed, and the attack on each.
struct CiphersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ciphers",
        abstract: "Measure every image cipher on the same images, and break those that break.",
        discussion: "Statistics are not security: the negative controls pass them.")

    @Argument(
        help: ArgumentHelp(
            "DICOM images with 8 or 16 bits allocated, and folders of them; a synthetic image of 12 bits by default.", valueName: "path"),
        completion: .file())
    var paths: [String] = []

    @Option(help: ArgumentHelp("Of larger images only the middle is used, with so many rows and columns.", valueName: "samples"))
    var largest = 512

    @Option(help: ArgumentHelp("Only the ciphers whose label begins so, beside AES-256-GCM; repeatable.", valueName: "name"))
    var cipher: [String] = []

    @Option(help: "Runs of each cipher; the fastest counts.")
    var runs = 5

    @Option(help: "Unknown bits of the DES key that is searched.")
    var desBits = 20

    @Option(help: "A number for the keys.")
    var seed: UInt8 = 1

    @Option(help: ArgumentHelp("Also write report.html and CSV files into this folder.", valueName: "folder"))
    var report: String?

    func validate() throws {
        guard runs > 0, (1...28).contains(desBits), (16...4096).contains(largest) else {
            throw ValidationError("--runs is at least 1, --des-bits 1 to 28, --largest 16 to 4096")
        }
        let labels = TrialSubject.all(desBits: desBits).map(\.label)
        if let unknown = cipher.first(where: { name in !labels.contains { $0.hasPrefix(name) } }) {
            throw ValidationError("there is no cipher ‘\(unknown)’; there are: \(labels.joined(separator: "; "))")
        }
    }

    func run() throws {
        let images =
            try paths.isEmpty
            ? [SubjectImage(syntheticWithSide: largest)]
            : SubjectImage.all(at: paths, largest: largest) { path, error in
                FileHandle.standardError.write(Data("veilray-lab: left out \(path): \(error)\n".utf8))
            }
        guard !images.isEmpty else { throw ValidationError("there is no image among these files") }
        var page = CipherReport()
        for image in images {
            let plane = image.plane
            print(
                "\(image.name): \(plane.width) × \(plane.height), \(plane.channels) channels, \(plane.frames) frames, \(plane.bits) bits\n")
            try measure(plane, &page)
        }
        if let report { try page.write(to: report) }
        try printArithmetic()
    }

    private func measure(_ plane: Plane, _ page: inout CipherReport) throws {
        let subjects = TrialSubject.all(desBits: desBits).filter { subject in
            cipher.isEmpty || subject.label == CipherName.aesGCM.rawValue || cipher.contains { subject.label.hasPrefix($0) }
        }
        let trials = try subjects.map { try CipherTrial($0, plane, runs: runs, seed: seed) }
        guard let reference = trials.first(where: { $0.label == CipherName.aesGCM.rawValue }) else { return }
        let tables = (
            statistics: CipherTable.statistics(trials), costs: CipherTable.costs(trials, reference: reference.speed),
            attacks: CipherTable.attacks(try subjects.compactMap { try AttackTrial.run($0, plane, seed: seed &+ 100) })
        )
        for table in [tables.statistics, tables.costs, tables.attacks] { table.write() }
        if report != nil { try page.add(plane, tables, subjects, seed: seed) }
        print("Statistics are not security: the negative controls pass some or all of them, and are read at once.\n")
    }

    private func printArithmetic() throws {
        let perKey = try DESKeySearch.timePerKey(trials: 1 << 16).seconds
        let years = perKey * pow(2, 55) / 31_557_600
        print(
            "DES: \(String(format: "%.0f", 1 / perKey)) keys a second here; half of the 2^56 keys take \(String(format: "%.0f", years)) years of this core."
        )
        let percent = 100 * Sweet32.collisionProbability(blocks: pow(2, 32))
        print("Sweet32: 2^32 blocks of 64 bits (32 GiB) repeat one with \(String(format: "%.0f", percent)) %,")
        print(
            "  the 2^19 blocks (4 MiB) for which a key is used here with 2^\(Int(log2(Sweet32.collisionProbability(blocks: 524_288)).rounded()))."
        )
        for bits in [16, 24, 32] {
            let cycle = FiniteCycle.measure(bits: bits, seed: 0x9E37_79B9_7F4A_7C15)
            print("Logistic map on \(bits) bits: a cycle of \(cycle.length) numbers after \(cycle.tail).")
        }
    }
}
