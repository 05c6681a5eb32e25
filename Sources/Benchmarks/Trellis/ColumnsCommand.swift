import ArgumentParser
import SeededRandomness
import StegoKit

/// Makes the table of submatrices again.
struct ColumnsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "columns",
        abstract: "Search the submatrices of the syndrome-trellis code and print them as rows of its table.",
        discussion:
            "All heights and widths take about twenty minutes. The table in the sources holds what this printed; docs/coding.md says with which options."
    )

    @Option(help: "Constraint heights.")
    var heights: [Int] = Array(SyndromeTrellisCode.constraintHeights)

    @Option(help: "The narrowest blocks.")
    var narrowest = 2

    @Option(help: "The widest blocks.")
    var widest = 20

    @Option(help: "Tournaments for each.")
    var tournaments = 5

    func validate() throws {
        guard heights.allSatisfy(SyndromeTrellisCode.constraintHeights.contains) else {
            throw ValidationError("heights are in \(SyndromeTrellisCode.constraintHeights)")
        }
        guard 2 <= narrowest, narrowest <= widest, widest <= 20, tournaments > 0 else {
            throw ValidationError("widths are in 2 … 20, and there is at least one tournament")
        }
    }

    func run() throws {
        for height in heights {
            for width in narrowest...widest {
                let found = ColumnSearch(height: height, width: width, tournamentCount: tournaments).run()
                print("[\(found.columns.map(String.init).joined(separator: ", "))],  // \(height), \(width): \(found.changesPerBit)")
            }
        }
    }
}

/// Searches the columns of a submatrix of one height and width: those with the least changes for a random message when every change costs
/// the same.
///
/// A tournament: random sets of distinct columns that begin and end with 1 are measured on a message; the better eighth again on one four
/// times as long, and so on. The survivors and what becomes of them when a column is replaced or two are exchanged enter the next
/// tournament. Everything is drawn from a generator that is seeded by height and width, so a search can be repeated.
struct ColumnSearch {
    let height: Int
    let width: Int
    var tournamentCount = 5

    /// Message bits of a tournament's first round.
    private static let firstRoundBits = 8_192

    /// Sets that enter a tournament: more for narrow blocks, which are quick to measure, fewer for great heights, which are not.
    private var entrants: Int { (128 + 1_536 / width) / (height > 10 ? 2 : 1) }

    /// The best set, and the changes for each message bit that were measured for it.
    func run() -> (columns: [UInt16], changesPerBit: Double) {
        var generator = SplitMix64(seed: UInt64(height * 1_000 + width))
        var survivors: [[UInt16]] = []
        var best: (columns: [UInt16], changesPerBit: Double) = ([], .infinity)
        for tournament in 0..<tournamentCount {
            var sets = survivors
            while sets.count < entrants {
                // Half of them new while there is little to build on.
                let fresh = survivors.isEmpty || (tournament == 1 && sets.count % 2 == 0)
                sets.append(fresh ? random(&generator) : mutant(of: survivors[sets.count % survivors.count], &generator))
            }
            var ranked: [(columns: [UInt16], changesPerBit: Double)] = []
            var bits = Self.firstRoundBits
            while true {
                let syndrome = (0..<bits).map { _ in UInt8(generator.next() >> 63) }
                ranked = sets.map { ($0, changesPerBit($0, syndrome)) }.sorted { $0.changesPerBit < $1.changesPerBit }
                if sets.count <= 4 { break }
                sets = ranked.prefix(max(4, sets.count / 8)).map(\.columns)
                bits *= 4
            }
            survivors = sets
            if let first = ranked.first { best = first }
        }
        return best
    }

    private func changesPerBit(_ columns: [UInt16], _ syndrome: [UInt8]) -> Double {
        let problem = TrellisProblem(constraintHeight: height, columns: columns, syndrome: syndrome)
        let costs = [UInt16](repeating: 1, count: columns.count * syndrome.count)
        guard let changes = VectorTrellis.cheapestChanges(problem, costs: costs) else { return .infinity }
        return Double(changes.reduce(0) { $0 + Int($1) }) / Double(syndrome.count)
    }

    private func randomColumn(_ generator: inout SplitMix64) -> UInt16 {
        UInt16(1 << (height - 1) | Int(generator.next() >> 32) % (1 << (height - 2)) << 1 | 1)
    }

    private func random(_ generator: inout SplitMix64) -> [UInt16] {
        var columns: [UInt16] = []
        while columns.count < width {
            let column = randomColumn(&generator)
            if !columns.contains(column) { columns.append(column) }
        }
        return columns
    }

    private func mutant(of columns: [UInt16], _ generator: inout SplitMix64) -> [UInt16] {
        var mutant = columns
        if generator.next() >> 62 == 0 {
            mutant.swapAt(Int(generator.next() >> 32) % width, Int(generator.next() >> 32) % width)
        } else {
            let column = randomColumn(&generator)
            if !mutant.contains(column) { mutant[Int(generator.next() >> 32) % width] = column }
        }
        return mutant
    }
}
