/// The samples of one block of an image, plane after plane and row after row, in a buffer that is filled again for each block.
struct BlockSamples {
    private(set) var area = BlockArea(top: 0, left: 0, height: 0, width: 0)
    private(set) var samples: [Int32] = []
    private var strip: [Int32] = []
    private var planeCount = 0

    /// Copies a block of every plane.
    ///
    /// - Precondition: `area` is inside the image.
    mutating func fill(_ image: MarkImage, _ area: BlockArea) {
        self.area = area
        planeCount = image.planes.count
        samples.removeAll(keepingCapacity: true)
        for plane in image.planes {
            for row in area.top..<area.bottom { samples += plane.samples[row * plane.width + area.left..<row * plane.width + area.right] }
        }
    }

    /// Takes the mark off the carrying plane's samples.
    ///
    /// - Parameters:
    ///   - scan: of this block in the image that it was copied from.
    ///   - carrier: which plane carries.
    mutating func undo(_ scan: CarrierScan, _ mode: ExpansionMode, carrier: Int) {
        scan.undo(inBlock: &samples, from: carrier * area.count, mode)
    }

    /// The carrying plane's samples.
    func plane(_ index: Int) -> ArraySlice<Int32> { samples[index * area.count..<(index + 1) * area.count] }

    /// Puts a plane's samples back into their place in an image of `width` columns.
    func copy(plane index: Int, into samples: inout [Int32], width: Int) {
        let block = plane(index)
        for row in 0..<area.height {
            let (start, source) = ((area.top + row) * width + area.left, block.startIndex + row * area.width)
            samples.replaceSubrange(start..<start + area.width, with: block[source..<source + area.width])
        }
    }

    /// Adds every plane of the block as a part of its own.
    func append(to digest: inout LengthPrefixedDigest) {
        samples.withUnsafeBufferPointer { samples in
            for plane in 0..<planeCount {
                let part = UnsafeBufferPointer(rebasing: samples[plane * area.count..<(plane + 1) * area.count])
                digest.append(samples: part, height: area.height, width: area.width)
            }
        }
    }

    /// Adds some rows of every plane; `rows` are counted in the block.
    func append(rows: Range<Int>, to digest: inout LengthPrefixedDigest) {
        samples.withUnsafeBufferPointer { samples in
            for plane in 0..<planeCount {
                let start = plane * area.count
                let part = UnsafeBufferPointer(
                    rebasing: samples[start + rows.lowerBound * area.width..<start + rows.upperBound * area.width])
                digest.append(samples: part, height: rows.count, width: area.width)
            }
        }
    }

    /// Adds some columns of every plane; `columns` are counted in the block.
    mutating func append(columns: Range<Int>, to digest: inout LengthPrefixedDigest) {
        for plane in 0..<planeCount {
            strip.removeAll(keepingCapacity: true)
            for row in 0..<area.height {
                let start = plane * area.count + row * area.width
                strip += samples[start + columns.lowerBound..<start + columns.upperBound]
            }
            strip.withUnsafeBufferPointer { digest.append(samples: $0, height: area.height, width: columns.count) }
        }
    }
}
