/// How strong an edge each sample of an image lies at, by the classes that the method `hamming` has for a payload.
///
/// The threshold is the highest at which the payload fits outside the region of interest, so that a small payload sees the strongest
/// edges only.
public struct EdgeClasses: Sendable {
    public enum Class: UInt8, Hashable, Sendable, CaseIterable, Comparable {
        /// Below the threshold: not needed for this payload.
        case flat
        /// From the threshold on: may carry one bit a sample.
        case weak
        /// Twice as strong: may carry two.
        case medium
        /// Four times as strong: may carry three.
        case strong

        public static func < (left: Class, right: Class) -> Bool { left.rawValue < right.rawValue }
    }

    /// Where edges begin, in levels.
    public let threshold: Int
    /// Row-major for each plane; `nil` for the samples that are compared, and so never change.
    public let planes: [[Class?]]

    /// - Parameters:
    ///   - planes: with their region of interest, if any.
    ///   - payloadByteCount: when so many do not fit, the threshold is 0.
    ///   - key: decides which samples are compared.
    /// - Complexity: O(samples), some 30 bytes of memory for each.
    public init(of planes: SamplePlanes, payloadByteCount: Int, key: InstanceKey) {
        let carrier = CarrierPlanes(of: planes)
        let edges = HammingCarrier(planes, carrier: carrier, key: key)
        let runs = LevelRuns(bitsStored: planes.bitsStored, forbiddenLevels: planes.forbiddenLevels)
        var samples: [HammingCarrier.Sample] = []
        for plane in carrier.indices {
            for index in 0..<planes.samplesPerPlane where planes.regionOfInterest?.isInside[index] != true {
                let level = planes.planes[plane][index]
                guard !runs.isForbidden(Int(level)), let strength = edges.strength(plane: plane, index: index) else { continue }
                samples.append(
                    HammingCarrier.Sample(
                        plane: Int32(plane), index: Int32(index), strength: strength,
                        depthLimit: UInt8(runs.depthLimit(of: Int(level)))))
            }
        }
        let plan = HammingPlanner(samples, maximumLevel: planes.maximumLevel).plan(bitCount: payloadByteCount * 8)
        let threshold = plan?.threshold ?? 0
        self.threshold = threshold
        self.planes = planes.planes.indices.map { plane in
            (0..<planes.samplesPerPlane).map { index in
                edges.strength(plane: plane, index: index).map { Self.class(strength: Int($0), threshold: threshold) }
            }
        }
    }

    private static func `class`(strength: Int, threshold: Int) -> Class {
        if strength < threshold { return .flat }
        if strength < 2 * threshold { return .weak }
        return strength < 4 * threshold ? .medium : .strong
    }
}
