/// The samples of one block that may carry bits, found once and used for every mode: their neighbours are never changed, so that what is
/// found before a mark is put on is found after it.
///
/// One scan is made for a worker and filled again for each block; after the first block nothing is allocated.
struct CarrierScan {
    /// Carriers that were found; what the arrays hold behind them is of no block.
    private(set) var count = 0
    /// The carrier's index in the plane.
    private(set) var positions: [Int32] = []
    /// Its index in the block.
    private var places: [Int32] = []
    /// The predictions from the four neighbours.
    private(set) var predictions: [Int32] = []
    /// The least index in `ExpansionMode.spreads` that admits it.
    private(set) var spreadIndices: [UInt8] = []

    /// Finds the carriers of `area` in a plane.
    ///
    /// - Precondition: `area` is inside the plane.
    mutating func fill(_ plane: SamplePlane, _ area: BlockArea) {
        count = 0
        guard area.height > 2, area.width > 2 else { return }
        let room = area.count
        if positions.count < room {
            positions = [Int32](repeating: 0, count: room)
            (places, predictions) = (positions, positions)
            spreadIndices = [UInt8](repeating: 0, count: room)
        }
        count = positions.withUnsafeMutableBufferPointer { positions in
            predictions.withUnsafeMutableBufferPointer { predictions in
                spreadIndices.withUnsafeMutableBufferPointer { spreadIndices in
                    places.withUnsafeMutableBufferPointer { Self.fill(plane, area, positions, $0, predictions, spreadIndices) }
                }
            }
        }
    }

    /// Fills buffers, each with room for every sample of the area; returns how many carriers there are.
    private static func fill(
        _ plane: SamplePlane, _ area: BlockArea, _ positions: UnsafeMutableBufferPointer<Int32>,
        _ places: UnsafeMutableBufferPointer<Int32>, _ predictions: UnsafeMutableBufferPointer<Int32>,
        _ spreadIndices: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        let (width, low, high) = (plane.width, plane.range.lowerBound, plane.range.upperBound)
        let (safeLow, safeHigh) = (low + 2, high - 2)
        // A value that no sample has stands for an image without padding.
        let padding = plane.padding ?? Int32.min
        var count = 0
        plane.samples.withUnsafeBufferPointer { samples in
            ExpansionMode.withSpreadIndices { indices in
                for row in area.top + 1..<area.bottom - 1 {
                    // Inner rows and columns of an area inside the plane: all four neighbours are inside it, too.
                    let first = row * width + area.left + 1 + (row - area.top - 1) % 2
                    var position = first
                    let toBlock = (row - area.top) * area.width - row * width - area.left
                    while position < row * width + area.right - 1 {
                        let (north, south) = (samples[position &- width], samples[position &+ width])
                        let (west, east) = (samples[position &- 1], samples[position &+ 1])
                        let (least, greatest) = (min(min(north, south), min(west, east)), max(max(north, south), max(west, east)))
                        let isInside = least >= safeLow && greatest <= safeHigh || least == low && greatest == low
                        if isInside, north != padding, south != padding, west != padding, east != padding {
                            positions[count] = Int32(truncatingIfNeeded: position)
                            places[count] = Int32(truncatingIfNeeded: position &+ toBlock)
                            predictions[count] = (north &+ south &+ west &+ east &+ 2) >> 2
                            spreadIndices[count] = indices[Int(min(greatest &- least, 513))]
                            count &+= 1
                        }
                        position &+= 2
                    }
                }
            }
        }
        return count
    }

    /// Puts bits into the samples that were scanned; see ``PlainExpansion/embed(_:in:_:)``.
    func embed(_ bits: [UInt8], into samples: inout [Int32], _ mode: ExpansionMode) {
        let (threshold, spreadIndex) = (mode.threshold, UInt8(mode.spreadIndex))
        var next = 0
        samples.withUnsafeMutableBufferPointer { samples in
            for index in 0..<count where spreadIndices[index] <= spreadIndex {
                let position = Int(positions[index])
                let error = samples[position] &- predictions[index]
                if error >= threshold {
                    samples[position] &+= threshold
                } else if error < -threshold {
                    samples[position] &-= threshold
                } else {
                    let bit: Int32
                    if next < bits.count { bit = Int32(bits[next]) } else { bit = error < 0 ? 1 : 0 }
                    next += 1
                    samples[position] = predictions[index] &+ 2 &* error &+ bit
                }
            }
        }
    }

    /// Takes the bits out of samples; see ``PlainExpansion/extract(from:_:)``.
    ///
    /// - Parameter samples: of the plane.
    func undo(in samples: inout [Int32], _ mode: ExpansionMode) { undo(in: &samples, mode, at: positions, from: 0) }

    /// The same in a copy of the block, whose first sample is at `start`.
    func undo(inBlock samples: inout [Int32], from start: Int, _ mode: ExpansionMode) { undo(in: &samples, mode, at: places, from: start) }

    private func undo(in samples: inout [Int32], _ mode: ExpansionMode, at places: [Int32], from start: Int) {
        let (threshold, spreadIndex) = (mode.threshold, UInt8(mode.spreadIndex))
        samples.withUnsafeMutableBufferPointer { samples in
            for index in 0..<count where spreadIndices[index] <= spreadIndex {
                let position = start &+ Int(places[index])
                let error = samples[position] &- predictions[index]
                if error >= 2 &* threshold {
                    samples[position] &-= threshold
                } else if error < -2 &* threshold {
                    samples[position] &+= threshold
                } else {
                    samples[position] = predictions[index] &+ (error >> 1)
                }
            }
        }
    }

    /// The first `byteCount` bytes that a mode finds in the samples that were scanned, the highest bit of each first.
    ///
    /// - Returns: `nil` where there are fewer. `end` counts the carriers up to the last of their bits, those of other modes too.
    func bytes(_ byteCount: Int, in samples: [Int32], _ mode: ExpansionMode) -> (bytes: [UInt8], end: Int)? {
        var (found, end) = (0, 0)
        let bytes = [UInt8](unsafeUninitializedCapacity: byteCount) { bytes, initialized in
            samples.withUnsafeBufferPointer { samples in
                positions.withUnsafeBufferPointer { positions in
                    predictions.withUnsafeBufferPointer { predictions in
                        spreadIndices.withUnsafeBufferPointer {
                            (found, end) = Self.read(bytes, count, samples, positions, predictions, $0, mode)
                        }
                    }
                }
            }
            initialized = found
        }
        return found == byteCount ? (bytes, end) : nil
    }

    /// Fills `bytes` as far as the first `count` carriers give them.
    private static func read(
        _ bytes: UnsafeMutableBufferPointer<UInt8>, _ count: Int, _ samples: UnsafeBufferPointer<Int32>,
        _ positions: UnsafeBufferPointer<Int32>, _ predictions: UnsafeBufferPointer<Int32>, _ spreadIndices: UnsafeBufferPointer<UInt8>,
        _ mode: ExpansionMode
    ) -> (found: Int, end: Int) {
        let (limit, spreadIndex) = (2 &* mode.threshold, UInt8(mode.spreadIndex))
        // A one before the bits marks where they begin: eight of them are there once the ninth bit is set.
        var (found, bits, index) = (0, UInt16(1), 0)
        while found < bytes.count, index < count {
            defer { index &+= 1 }
            guard spreadIndices[index] <= spreadIndex else { continue }
            let error = samples[Int(positions[index])] &- predictions[index]
            guard error >= -limit, error < limit else { continue }
            bits = bits << 1 | UInt16(truncatingIfNeeded: error & 1)
            guard bits & 0x100 != 0 else { continue }
            bytes[found] = UInt8(truncatingIfNeeded: bits)
            (found, bits) = (found &+ 1, 1)
        }
        return (found, index)
    }

    /// Whether the carriers from `start` on hold what a writer leaves behind a frame: the nearer of their two values.
    ///
    /// No part of the mark and no sample that was signed depends on them. But a sample of one that holds the other value is not as it was
    /// published.
    ///
    /// - Parameter start: as ``bytes(_:in:_:)`` counts it.
    func hasFill(from start: Int, in samples: [Int32], _ mode: ExpansionMode) -> Bool {
        let (limit, spreadIndex) = (2 &* mode.threshold, UInt8(mode.spreadIndex))
        return samples.withUnsafeBufferPointer { samples in
            for index in start..<count where spreadIndices[index] <= spreadIndex {
                let error = samples[Int(positions[index])] &- predictions[index]
                guard error >= -limit, error < limit else { continue }
                // An error that is negative with its bit is so without it, and then the higher value is the nearer one.
                if error & 1 != (error < 0 ? 1 : 0) { return false }
            }
            return true
        }
    }
}
