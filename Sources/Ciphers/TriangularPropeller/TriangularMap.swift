/// The map x' = a·x + e mod width, y' = c·x + d·y + f mod height: a bijection of any rectangle where a and width, and d and height, have
/// no common divisor.
struct TriangularMap: Hashable {
    let a, e: Int
    let c, d, f: Int

    /// Parameters from a stream: a (numbers below the width until one has no divisor in common with it), e, c, d, f in that order. In a
    /// width or height of 1, a or d is 0.
    init(width: Int, height: Int, _ stream: inout PseudorandomStream) throws(CipherError) {
        a = try Self.unit(modulo: width, &stream)
        e = Int(try stream.next(below: UInt32(width)))
        c = Int(try stream.next(below: UInt32(height)))
        d = try Self.unit(modulo: height, &stream)
        f = Int(try stream.next(below: UInt32(height)))
    }

    private static func unit(modulo limit: Int, _ stream: inout PseudorandomStream) throws(CipherError) -> Int {
        while true {
            let candidate = Int(try stream.next(below: UInt32(limit)))
            if greatestCommonDivisor(candidate, limit) == 1 { return candidate }
        }
    }

    /// Where each sample goes: `result[y · width + x]` is its new place.
    func places(width: Int, height: Int) -> [Int] {
        var places: [Int] = []
        places.reserveCapacity(width * height)
        for y in 0..<height {
            // Each step to the right adds a to the new column and c to the new row.
            var (column, row) = (e, (d * y + f) % height)
            for _ in 0..<width {
                places.append(row &* width &+ column)
                column &+= a
                if column >= width { column &-= width }
                row &+= c
                if row >= height { row &-= height }
            }
        }
        return places
    }
}

func greatestCommonDivisor(_ left: Int, _ right: Int) -> Int {
    var (left, right) = (left, right)
    while right != 0 { (left, right) = (right, left % right) }
    return left
}
