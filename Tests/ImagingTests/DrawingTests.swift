import Foundation
import Testing

@testable import Imaging

@Suite struct DrawingTests {
    @Test func lessIsBluishAndMoreIsOrange() {
        let palette = DifferencePalette(maximum: 1)
        #expect(palette.colour(0) == DifferencePalette.none)
        #expect(palette.colour(-1).blue > palette.colour(-1).red)
        #expect(palette.colour(1).red > palette.colour(1).blue)
    }

    @Test func windowFollowsTheStandard() {
        // PS3.3 C.11.2.1.2.1: centre 40, width 400 maps −160 and below to black, 239 and above to white.
        let window = DisplayWindow(centre: 40, width: 400)
        #expect(window.shade(-161) == 0)
        #expect(window.shade(-160) == 0)
        #expect(window.shade(239) == 255)
        #expect(window.shade(240) == 255)
        #expect(DisplayWindow(centre: 40, width: 400, isInverted: true).shade(-160) == 255)
        #expect(DisplayWindow(centre: 0, width: 0).shade(3) == 255)
    }

    @Test func windowOfNothingDoesNotTrap() {
        #expect(DisplayWindow(spanning: [], slope: 1, intercept: 0, isInverted: false).shade(0) <= 255)
        #expect(DisplayWindow(spanning: [7, 7, 7], slope: 1, intercept: 0, isInverted: false).width == 1)
    }

    @Test(arguments: [(1, 1), (64, 64), (512, 512), (513, 100), (4096, 3), (3, 65535)])
    func panelsCoverTheWholeImage(_ size: (Int, Int)) {
        let scale = PanelScale(sourceWidth: size.0, sourceHeight: size.1, side: 512)
        #expect((1...512).contains(scale.width))
        #expect((1...512).contains(scale.height))
        #expect(Set((0..<scale.width).flatMap { Array(scale.columns($0)) }) == Set(0..<size.0))
        #expect(Set((0..<scale.height).flatMap { Array(scale.rows($0)) }) == Set(0..<size.1))
    }

    @Test func fontDrawsEveryPrintableCharacter() {
        let box = BitmapFont.glyph(for: "\u{1F600}")
        for code in UInt8(33)...126 {
            let glyph = BitmapFont.glyph(for: Character(Unicode.Scalar(code)))
            #expect(glyph.rows.contains { $0 != 0 }, "\(Character(Unicode.Scalar(code))) is blank")
            #expect(glyph.rows != box.rows, "\(Character(Unicode.Scalar(code))) is missing")
            #expect((7...BitmapFont.height).contains(glyph.rows.count))
        }
        for character in "±×−–·…" { #expect(BitmapFont.glyph(for: character).rows != box.rows) }
        #expect(BitmapFont.glyph(for: " ").rows.allSatisfy { $0 == 0 })
    }

    @Test func drawingStaysOnTheCanvas() {
        var canvas = Canvas(width: 5, height: 4, background: .black)
        canvas.fill(x: -3, y: -3, width: 5, height: 5, .orange)
        canvas.fill(x: 9, y: 9, width: 3, height: 3, .orange)
        canvas.fill(x: 3, y: 0, width: -2, height: 2, .orange)
        canvas.set(5, 0, .orange)
        canvas.text("overlong", x: 1, y: 3, .blue)
        let orange = (0..<4).flatMap { y in (0..<5).filter { canvas[$0, y] == .orange }.map { [$0, y] } }
        #expect(orange == [[0, 0], [1, 0], [0, 1], [1, 1]])
        #expect(canvas[5, 0] == nil)
        #expect(canvas[0, -1] == nil)
        #expect(canvas.bytes.count == 5 * 4 * 3)
        #expect(Canvas(width: -1, height: 7, background: .black).bytes.isEmpty)
    }
}
