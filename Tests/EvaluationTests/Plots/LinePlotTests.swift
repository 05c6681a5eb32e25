import Testing

@testable import Evaluation

@Suite struct PlotScaleTests {
    @Test func endsAtMarkedValuesAroundTheGivenOnes() {
        let scale = PlotScale(around: [0.12, 0.47], pixels: (from: 0, to: 100))
        #expect(scale.range.lowerBound <= 0.12 && scale.range.upperBound >= 0.47)
        #expect(scale.ticks.first == scale.range.lowerBound)
        #expect(scale.position(scale.range.lowerBound) == 0)
        #expect(scale.position(scale.range.upperBound) == 100)
        #expect(scale.label(scale.ticks[1]) == "0.2")
    }

    @Test(arguments: [[], [3], [3, 3], [.infinity], [.nan, 1]] as [[Double]])
    func anythingHasAScale(values: [Double]) {
        let scale = PlotScale(around: values, pixels: (from: 10, to: 20))
        #expect(scale.ticks.count > 1)
        #expect(scale.position(1e9) == 20)
        #expect(scale.position(-1e9) == 10)
    }
}
