/// The samples that a mark is about: one grey plane, or the three of a colour image. All of them are signed; one of them is written on.
public struct MarkImage: Hashable, Sendable {
    /// All of one size; empty where the mark is about bytes that are no samples.
    public private(set) var planes: [SamplePlane]

    /// Which of `planes` carries the mark.
    public let carrierIndex: Int

    /// - Throws: `MarksError` of code `plane` if the planes differ in size or the carrier is none of them.
    public init(planes: [SamplePlane], carrierIndex: Int) throws {
        guard let first = planes.first, planes.indices.contains(carrierIndex) else {
            throw MarksError(.plane, "there is no plane to carry a mark")
        }
        guard planes.allSatisfy({ $0.height == first.height && $0.width == first.width }) else {
            throw MarksError(.plane, "the planes of one image differ in size")
        }
        self.planes = planes
        self.carrierIndex = carrierIndex
    }

    /// An image of one plane.
    public init(_ plane: SamplePlane) {
        planes = [plane]
        carrierIndex = 0
    }

    /// The plane that the mark is written on.
    public var carrier: SamplePlane { planes[carrierIndex] }

    /// Rows.
    public var height: Int { carrier.height }

    /// Columns.
    public var width: Int { carrier.width }

    /// This image with another carrying plane.
    func with(carrier samples: [Int32]) -> MarkImage {
        var changed = self
        changed.planes[carrierIndex] = carrier.with(samples: samples)
        return changed
    }

    /// What `transform` makes of every plane.
    public func mapped(_ transform: (SamplePlane) -> SamplePlane) -> MarkImage {
        var changed = self
        changed.planes = planes.map(transform)
        return changed
    }
}
