/// A plane through a stack of slices: its middle and its directions.
public struct ObliqueCut: Sendable {
    public typealias Point = SIMD3<Double>

    public var middle: Point, right: Point, down: Point

    /// Any direction, any rotation, up to `farthest` mm from the middle and 8 mm sideways.
    public init(_ stack: SliceStack, farthest: Double, _ random: inout some RandomNumberGenerator) {
        func direction() -> Point {
            while true {
                let parts = (0..<3).map { _ in Double.random(in: -1...1, using: &random) }
                let point = Point(parts[0], parts[1], parts[2])
                let square = (point * point).sum()
                if square > 0.01, square <= 1 { return point / square.squareRoot() }
            }
        }
        let normal = direction()
        var across = direction()
        across -= normal * (across * normal).sum()
        right = across / (across * across).sum().squareRoot()
        down = Point(
            normal.y * right.z - normal.z * right.y, normal.z * right.x - normal.x * right.z, normal.x * right.y - normal.y * right.x)
        let depth = Double.random(in: -farthest...farthest, using: &random)
        let sideways = (Double.random(in: -8...8, using: &random), Double.random(in: -8...8, using: &random))
        middle = stack.middle + normal * depth + right * sideways.0 + down * sideways.1
    }

    public var normal: Point {
        Point(right.y * down.z - right.z * down.y, right.z * down.x - right.x * down.z, right.x * down.y - right.y * down.x)
    }
}
