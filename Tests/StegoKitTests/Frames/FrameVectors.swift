import Basics
import Foundation
import Testing

@testable import StegoKit

/// What docs/formats/frames_vectors.py prints, which shares no line with this code.
@Suite struct FrameVectors {
    private let key: InstanceKey

    init() throws {
        key = try StudyKey(bytes: 0..<32).instanceKey(for: "2.25.329800735698586629295641978511506172918")
    }

    @Test(arguments: [
        [0], [0, 1], [4, 5, 2, 1, 6, 0, 3], [19, 3, 4, 15, 14, 12, 13, 16, 18, 10, 7, 0, 2, 17, 11, 8, 6, 5, 9, 1],
    ])
    func order(frames: [Int]) {
        let order = FrameOrder(frameCount: frames.count, key: key)
        #expect((0..<frames.count).map { order($0) } == frames)
    }

    @Test(arguments: [
        (4096, 4096, 0, 4096), (5000, 5000, 2081, 838), (20_000, 20_000, 9895, 209), (65_535, 257, 24_607, 16_320), (257, 65_535, 96, 64),
    ])
    func band(rows: Int, columns: Int, first: Int, count: Int) throws {
        let planes = try SamplePlanes(rows: rows, columns: columns, bitsStored: 8, planes: [])
        #expect(planes.carryingRows == first..<first + count)
    }

    @Test(arguments: [
        (0, KeyLabel.embeddingPath, "8ddb93f6ae1fd90cf51942ab81ea74f3d30bba323d30ed3692e5fca6b47fe154"),
        (0, .embeddingParameters, "c31454383c6e36820a288dc788af5fe251802e6fc42f1f352364228b9ed1a793"),
        (1, .embeddingPath, "1b92b30ae11ce89883ab6feeebd2b06fd216edf296fa37149732e532a6c64a11"),
        (1, .embeddingParameters, "9a9233bc33a55011e34c93a0bd3d4d072dcab814feed465889e4eaf22d5ad78f"),
        (10, .embeddingPath, "3597be9f06ba1d0549633027c840994a0130c4d0da4ae5b14e1c612a81330012"),
        (10, .embeddingParameters, "5c24ec265ec589724df6af490703f47bc055ddab03a2e36d2ecae57e7d12d862"),
    ])
    func keysOfParts(part: Int, label: KeyLabel, expected: String) {
        let bytes = key.part(part).key(for: label).withUnsafeBytes { Array($0) }
        #expect(hexadecimal(bytes) == expected)
    }
}
