/// The propeller: the four quadrants of the largest square of even side in the upper left corner turn about its centre by 90° clockwise,
/// each with its content, so that the blade above left comes to lie above right. Samples outside the square stay.
enum Propeller {
    static func side(width: Int, height: Int) -> Int { min(width, height) & ~1 }

    /// Where the sample in column x and row y goes: column side − 1 − y, row x.
    static func turn(_ samples: inout [UInt16], width: Int, height: Int) {
        let side = side(width: width, height: height)
        let old = samples
        for y in 0..<side {
            for x in 0..<side { samples[x * width + side - 1 - y] = old[y * width + x] }
        }
    }

    /// Undoes ``turn(_:width:height:)``.
    static func turnBack(_ samples: inout [UInt16], width: Int, height: Int) {
        let side = side(width: width, height: height)
        let old = samples
        for y in 0..<side {
            for x in 0..<side { samples[y * width + x] = old[x * width + side - 1 - y] }
        }
    }
}
