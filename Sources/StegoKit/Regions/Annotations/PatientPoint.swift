/// A place or a direction in the patient, in millimetres: towards the left, the back and the head (PS3.3 §C.7.6.2.1.1).
struct PatientPoint: Hashable, Sendable {
    var x: Double
    var y: Double
    var z: Double

    init(_ x: Double, _ y: Double, _ z: Double) {
        (self.x, self.y, self.z) = (x, y, z)
    }

    static func - (left: PatientPoint, right: PatientPoint) -> PatientPoint {
        PatientPoint(left.x - right.x, left.y - right.y, left.z - right.z)
    }

    func dot(_ other: PatientPoint) -> Double { x * other.x + y * other.y + z * other.z }

    func cross(_ other: PatientPoint) -> PatientPoint {
        PatientPoint(y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x)
    }

    var length: Double { dot(self).squareRoot() }
}
