import Foundation
import Marks

/// What marks cost the images that they are put into.
struct InsertionTable {
    let party: BenchmarkParty

    func print(_ images: [ProofImage]) throws {
        Swift.print("image  size  bytes of the body  redundancy  strips  PSNR of the used range  most changed  carrying blocks")
        for subject in images {
            let marked = try subject.marked(by: party)
            let size = "\(subject.image.height)×\(subject.image.width)×\(subject.image.planes.count)"
            guard let rung = marked.rung else {
                Swift.print(subject.name, size, marked.body.bytes.count, "not in the pixels")
                continue
            }
            Swift.print(
                subject.name, size, marked.body.bytes.count, rung.redundancy, rung.hasStrips,
                String(format: "%.1f dB", subject.peakRatio(marked.meanSquaredChange)), marked.largestChange,
                "\(marked.carryingBlocks)/\(marked.blockCount)")
        }
    }
}
