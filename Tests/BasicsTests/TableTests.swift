import Testing

@testable import Basics

@Suite struct TableTests {
    @Test func columnsAreAligned() {
        var table = Table([("name", .left), ("size", .right), ("", .left)])
        table.add(["a", "1", "x"])
        table.add(["longer name", "1000", ""])
        #expect(
            table.lines == [
                "name         size",
                "───────────  ────  ─",
                "a               1  x",
                "longer name  1000",
            ])
    }

    @Test func missingCellsAreEmptyAndSurplusOnesLeftOut() {
        var table = Table([("a", .right), ("b", .left)])
        table.add([])
        table.add(["1", "2", "3"])
        #expect(table.lines == ["a  b", "─  ─", "", "1  2"])
    }

    @Test func charactersCountNotBytes() {
        var table = Table([("Δ", .left), ("next", .left)])
        table.add(["é̈", "x"])
        #expect(table.lines.last == "é̈  x")
    }

    @Test func noColumns() {
        #expect(Table([]).lines == ["", ""])
    }
}
