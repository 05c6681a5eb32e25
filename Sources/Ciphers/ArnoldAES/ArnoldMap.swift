/// Arnold's cat map [[1, 1], [1, 2]] on the points of a square: x' = x + y, y' = x + 2y modulo its side.
public struct ArnoldMap: Hashable, Sendable {
    /// At least 1.
    public let side: Int
    private let matrix: (Int, Int, Int, Int)

    /// The map applied a number of times; its power is computed, so that more iterations cost no more.
    public init(side: Int, iterations: Int) {
        precondition(side > 0 && iterations >= 0, "a square has a side, and maps are applied, not undone, that many times")
        self.side = side
        var result = (1 % side, 0, 0, 1 % side)
        var power = (1 % side, 1 % side, 1 % side, 2 % side)
        var remaining = iterations
        while remaining > 0 {
            if remaining & 1 == 1 { result = Self.product(result, power, side) }
            power = Self.product(power, power, side)
            remaining >>= 1
        }
        matrix = result
    }

    public static func == (left: ArnoldMap, right: ArnoldMap) -> Bool { left.side == right.side && left.matrix == right.matrix }

    public func hash(into hasher: inout Hasher) {
        for number in [side, matrix.0, matrix.1, matrix.2, matrix.3] { hasher.combine(number) }
    }

    /// How often the map has to be applied until every point is where it was.
    public static func period(side: Int) -> Int {
        let one = (1 % side, 0, 0, 1 % side)
        let map = (1 % side, 1 % side, 1 % side, 2 % side)
        var (power, count) = (map, 1)
        while power != one {
            power = product(power, map, side)
            count += 1
        }
        return count
    }

    private static func product(_ l: (Int, Int, Int, Int), _ r: (Int, Int, Int, Int), _ side: Int) -> (Int, Int, Int, Int) {
        (
            (l.0 * r.0 + l.1 * r.2) % side, (l.0 * r.1 + l.1 * r.3) % side, (l.2 * r.0 + l.3 * r.2) % side,
            (l.2 * r.1 + l.3 * r.3) % side
        )
    }

    /// Calls with the place of each point of the square and the place it is mapped to, as row · stride + column.
    @inline(__always)
    func forEachMove(stride: Int, _ body: (_ from: Int, _ to: Int) -> Void) {
        for y in 0..<side {
            // Where (0, y) goes; each step to the right adds the matrix's first column.
            var newX = matrix.1 * y % side
            var newY = matrix.3 * y % side
            for x in 0..<side {
                body(y &* stride &+ x, newY &* stride &+ newX)
                newX &+= matrix.0
                if newX >= side { newX &-= side }
                newY &+= matrix.2
                if newY >= side { newY &-= side }
            }
        }
    }
}
