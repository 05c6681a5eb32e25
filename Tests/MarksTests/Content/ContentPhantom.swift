import Foundation
import SeededRandomness

@testable import Marks

/// A head in numbers: air, a skull, a brain with ventricles and noise. 12 bits, signed, in Hounsfield units.
struct ContentPhantom {
    static let range: ClosedRange<Int32> = -2048...2047
    static let padding: Int32 = -2000

    var side = 256
    var seed: UInt64 = 1
    /// Standard deviation of the noise.
    var noise = 6.0

    func samples() -> [Int32] {
        var random = SplitMix64(seed: seed)
        let middle = Double(side - 1) / 2
        return (0..<side * side).map { index in
            let y = (Double(index / side) - middle) / middle
            let x = (Double(index % side) - middle) / middle
            let head = (x / 0.7) * (x / 0.7) + (y / 0.85) * (y / 0.85)
            let ventricle = ((abs(x) - 0.12) / 0.06) * ((abs(x) - 0.12) / 0.06) + (y / 0.25) * (y / 0.25)
            let brain: Double = ventricle < 1 ? 6 : 34 + 6 * sin(9 * x) * cos(7 * y)
            let tissue: Double = head > 1 ? -1000 : (head > 0.86 ? 1100 : brain)
            let chance = (0..<4).reduce(0.0) { sum, _ in sum + Double.random(in: -1...1, using: &random) }
            return Int32(min(max(tissue + chance * noise * 0.866, -2048), 2047).rounded())
        }
    }

    func plane() throws -> SamplePlane {
        try SamplePlane(height: side, width: side, range: Self.range, padding: Self.padding, samples: samples())
    }

    func image() throws -> ContentImage { try Self.image(plane()) }

    static func units() throws -> ModalityUnits { try ModalityUnits(slope: 1, intercept: 0, name: "HU") }

    static func image(_ plane: SamplePlane) throws -> ContentImage {
        try ContentImage(planes: [plane], units: units(), spacing: SampleSpacing(rows: 0.8, columns: 0.8))
    }
}

extension SamplePlane {
    /// Other samples, one for each place.
    func changed(_ change: (Int, Int, Int32) -> Int32) throws -> SamplePlane {
        var samples = samples
        for row in 0..<height {
            for column in 0..<width { samples[row * width + column] = change(row, column, samples[row * width + column]) }
        }
        return try SamplePlane(height: height, width: width, range: range, padding: padding, samples: samples)
    }

    /// A disk that is brighter by `amount`.
    func lesion(row: Int, column: Int, radius: Int, amount: Int32) throws -> SamplePlane {
        try changed { y, x, sample in
            (y - row) * (y - row) + (x - column) * (x - column) <= radius * radius ? min(range.upperBound, sample + amount) : sample
        }
    }

    func cropped(_ rows: Range<Int>, _ columns: Range<Int>) throws -> SamplePlane {
        let samples = rows.flatMap { row in columns.map { self[row, $0] } }
        return try SamplePlane(height: rows.count, width: columns.count, range: range, padding: padding, samples: samples)
    }

    /// 8 bits through a window.
    func shades(_ window: ContentWindow, _ units: ModalityUnits = .none) throws -> SamplePlane {
        let line = window.stored(in: units)
        let shades = samples.map { Int32(line.shade(Double($0)).rounded()) }
        return try SamplePlane(height: height, width: width, range: 0...255, samples: shades)
    }

    /// Bilinear, corners on corners, without a filter against aliasing.
    func resampled(height newHeight: Int, width newWidth: Int) throws -> SamplePlane {
        var samples: [Int32] = []
        for row in 0..<newHeight {
            for column in 0..<newWidth {
                let y = min(max((Double(row) + 0.5) * Double(height) / Double(newHeight) - 0.5, 0), Double(height - 1))
                let x = min(max((Double(column) + 0.5) * Double(width) / Double(newWidth) - 0.5, 0), Double(width - 1))
                let (y0, x0) = (min(Int(y), height - 2), min(Int(x), width - 2))
                let (fy, fx) = (y - Double(y0), x - Double(x0))
                let top = Double(self[y0, x0]) * (1 - fx) + Double(self[y0, x0 + 1]) * fx
                let bottom = Double(self[y0 + 1, x0]) * (1 - fx) + Double(self[y0 + 1, x0 + 1]) * fx
                samples.append(Int32((top * (1 - fy) + bottom * fy).rounded()))
            }
        }
        return try SamplePlane(height: newHeight, width: newWidth, range: range, padding: padding, samples: samples)
    }
}
