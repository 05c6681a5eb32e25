import Testing

@testable import Marks

@Suite("Timing", .serialized)
struct TimingTests {
    @Test("ms", arguments: [(512, 512), (3000, 4000)])
    func ms(height: Int, width: Int) throws {
        let clinic = try TestIssuer("C")
        let image = try Phantom.image(height: height, width: width)
        let clock = ContinuousClock()
        let reader = StrictReader(directory: TestIssuer.directory(clinic))
        for _ in 0..<3 {
            var marked: StrictMarker.Marked?
            let a = try clock.measure { marked = try clinic.mark(image) }
            let m = try #require(marked)
            var verdict: StrictReading.Verdict?
            let b = clock.measure { verdict = reader.read(m.image).verdict }
            print("TIMING", height, width, "mark", a, "verify", b, verdict as Any, m.rung as Any, m.meanSquaredChange, m.body.bytes.count)
        }
        let c = clock.measure { _ = CropSearch.find(image.mapped { $0.cropped(to: BlockArea(top: 0, left: 0, height: 330, width: 400)) }) }
        print("TIMING crop search, nothing found", c)
    }
}
