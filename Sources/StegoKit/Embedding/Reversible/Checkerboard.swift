/// The carrier samples as the two colours of a chessboard, each packed without gaps.
///
/// Colour of a sample: (row + column) mod 2. Row `r` of colour `c` holds the columns `2k + parity`, `parity = (r + c) mod 2`, at
/// index `(plane · rows + r) · stride + k`. The four direct neighbours of a sample have the other colour, its diagonal ones the same.
/// With a coarse shift the packed levels are `sample >> shift`; the low bits stay behind in the planes.
struct Checkerboard: Equatable {
    let planeCount: Int
    let rows: Int
    let columns: Int
    /// Distance between rows of a colour.
    let stride: Int
    let shift: Int
    /// Packed levels of the two colours, and padding for the kernel. In an odd width, the last element of every second row is unused.
    var colours: [[UInt16]]

    /// Packs the carrier planes.
    ///
    /// - Throws: ``EmbeddingError`` `invalidPlanes` if a level does not fit BitsStored.
    init(_ planes: SamplePlanes, carrier: CarrierPlanes, shift: Int) throws(EmbeddingError) {
        planeCount = carrier.indices.count
        rows = planes.rows
        columns = planes.columns
        let stride = (planes.columns + 1) / 2
        self.stride = stride
        self.shift = shift
        let count = planeCount * rows * stride + RhombusKernel.laneCount
        var combined: UInt16 = 0
        var even = [UInt16](repeating: 0, count: count)
        var odd = [UInt16](repeating: 0, count: count)
        for (ordinal, index) in carrier.indices.enumerated() {
            planes.planes[index].withUnsafeBufferPointer { samples in
                even.withUnsafeMutableBufferPointer { even in
                    odd.withUnsafeMutableBufferPointer { odd in
                        guard let samples = samples.baseAddress, let even = even.baseAddress, let odd = odd.baseAddress else { return }
                        for row in 0..<planes.rows {
                            let packed = (ordinal * planes.rows + row) * stride
                            let first = row & 1 == 0 ? even + packed : odd + packed
                            let second = row & 1 == 0 ? odd + packed : even + packed
                            combined |= Self.split(
                                samples + row * planes.columns, columns: planes.columns, shift: UInt16(shift), first, second)
                        }
                    }
                }
            }
        }
        colours = [even, odd]
        guard combined <= planes.maximumLevel else { throw .invalidPlanes("a level needs more than \(planes.bitsStored) bits") }
    }

    /// Distributes one row: even columns to `first`, odd columns to `second`. Returns the levels ORed together.
    ///
    /// `samples` must hold `columns` elements, `first` ⌈columns / 2⌉ and `second` ⌊columns / 2⌋ without overlap: so it is in rows of the
    /// planes (checked by ``SamplePlanes``) and of the packed arrays (`stride` = ⌈columns / 2⌉ elements a row).
    private static func split(
        _ samples: UnsafePointer<UInt16>, columns: Int, shift: UInt16,
        _ first: UnsafeMutablePointer<UInt16>, _ second: UnsafeMutablePointer<UInt16>
    ) -> UInt16 {
        var combined: UInt16 = 0
        for k in 0..<columns / 2 {
            let left = samples[2 &* k]
            let right = samples[2 &* k &+ 1]
            combined |= left | right
            first[k] = left &>> shift
            second[k] = right &>> shift
        }
        if columns & 1 == 1 {
            let last = samples[columns - 1]
            combined |= last
            first[columns / 2] = last &>> shift
        }
        return combined
    }

    /// Unpacks into the planes, keeping the low bits under the coarse shift.
    ///
    /// - Returns: how many samples differ from what the planes held.
    func merge(into planes: inout SamplePlanes, carrier: CarrierPlanes) -> Int {
        var changed = 0
        for (ordinal, index) in carrier.indices.enumerated() {
            planes.planes[index].withUnsafeMutableBufferPointer { samples in
                colours[0].withUnsafeBufferPointer { even in
                    colours[1].withUnsafeBufferPointer { odd in
                        guard let samples = samples.baseAddress, let even = even.baseAddress, let odd = odd.baseAddress else { return }
                        for row in 0..<rows {
                            let packed = (ordinal * rows + row) * stride
                            let first = row & 1 == 0 ? even + packed : odd + packed
                            let second = row & 1 == 0 ? odd + packed : even + packed
                            changed += Self.join(first, second, columns: columns, shift: UInt16(shift), samples + row * columns)
                        }
                    }
                }
            }
        }
        return changed
    }

    /// Undoes ``split(_:columns:shift:_:_:)``; the same buffer lengths hold. Returns how many samples changed.
    private static func join(
        _ first: UnsafePointer<UInt16>, _ second: UnsafePointer<UInt16>, columns: Int, shift: UInt16,
        _ samples: UnsafeMutablePointer<UInt16>
    ) -> Int {
        let lowBits: UInt16 = (1 &<< shift) &- 1
        var changed: UInt32 = 0
        for k in 0..<columns / 2 {
            let left = samples[2 &* k]
            let right = samples[2 &* k &+ 1]
            let newLeft = first[k] &<< shift | left & lowBits
            let newRight = second[k] &<< shift | right & lowBits
            changed &+= (left != newLeft ? 1 : 0) &+ (right != newRight ? 1 : 0)
            samples[2 &* k] = newLeft
            samples[2 &* k &+ 1] = newRight
        }
        if columns & 1 == 1 {
            let last = samples[columns - 1]
            let newLast = first[columns / 2] &<< shift | last & lowBits
            changed &+= last != newLast ? 1 : 0
            samples[columns - 1] = newLast
        }
        return Int(changed)
    }

    /// Where a carrier position went.
    func packedIndex(of position: Int) -> (colour: Int, index: Int) {
        let (line, column) = position.quotientAndRemainder(dividingBy: columns)
        let row = line % rows
        return ((row + column) & 1, line * stride + column / 2)
    }
}
