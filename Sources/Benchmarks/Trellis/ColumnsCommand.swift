import ArgumentParser
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
