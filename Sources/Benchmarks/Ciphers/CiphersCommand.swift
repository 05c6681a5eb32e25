import ArgumentParser
import Basics
import Ciphers
import DICOM
import Foundation
import SeededRandomness

/// The ciphers side by side: exactness, statistics, speed, and the attack on each.
struct CiphersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ciphers",
        abstract: "Measure every image cipher on the same images, and break those that break.",
        discussion: "Statistics are not security: the negative controls pass them.")

    @Argument(help: "DICOM images with 8 or 16 bits allocated; a synthetic image of 12 bits by default.")
    var files: [String] = []

    @Option(help: "Runs of each cipher; the fastest counts.")
    var runs = 5

    @Option(help: "Unknown bits of the DES key that is searched.")
    var desBits = 20

    @Option(help: "A number for the keys.")
    var seed: UInt8 = 1

    @Option(help: ArgumentHelp("Also write report.html and CSV files into this folder.", valueName: "folder"))
    var report: String?

    func validate() throws {
        guard runs > 0, (1...28).contains(desBits) else { throw ValidationError("runs are positive, unknown bits 1 to 28") }
    }

    func run() throws {
        let images = files.isEmpty ? [("synthetic", try Self.synthetic(side: 512))] : try files.map { ($0, try Self.image($0)) }
        var page = CipherReport()
        for (name, plane) in images {
            print("\(name): \(plane.width) × \(plane.height), \(plane.channels) channels, \(plane.frames) frames, \(plane.bits) bits\n")
            try measure(plane, &page)
        }
        if let report { try page.write(to: report) }
        try printArithmetic()
    }

    private func measure(_ plane: Plane, _ page: inout CipherReport) throws {
        let subjects = TrialSubject.all(desBits: desBits)
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

    /// The first frame.
    private static func image(_ path: String) throws -> Plane {
        let file = try DICOMFile(bytes: Array(try Data(contentsOf: URL(filePath: path))), name: path)
        let (description, native) = try PixelCodec.decode(file)
        let isWide = description.bitsAllocated > 8
        let count = description.rows * description.columns * description.samplesPerPixel
        guard native.count >= count * (isWide ? 2 : 1) else { throw ValidationError("\(path): fewer bytes than samples") }
        let words = (0..<count).map { index -> UInt16 in
            isWide ? UInt16(native[2 * index]) | UInt16(native[2 * index + 1]) << 8 : UInt16(native[index])
        }
        let stored = try StoredWords(
            words, bitsAllocated: isWide ? 16 : 8, bitsStored: description.bitsStored, highBit: description.bitsStored - 1)
        return try Plane(
            width: description.columns, height: description.rows, channels: description.samplesPerPixel, bits: description.bitsStored,
            isSigned: description.isSigned, samples: stored.patterns)
    }

    /// A disc with a gradient and noise on a black background.
    private static func synthetic(side: Int) throws -> Plane {
        var generator = SplitMix64(seed: 1)
        let samples = (0..<side * side).map { place -> UInt16 in
            let (x, y) = (place % side - side / 2, place / side - side / 2)
            guard 9 * (x * x + y * y) < 2 * side * side else { return 0 }
            return UInt16(1024 + 2048 * (place % side) / side / 2 + Int.random(in: 0..<128, using: &generator))
        }
        return try Plane(width: side, height: side, bits: 12, samples: samples)
    }
}
