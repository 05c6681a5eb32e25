/// A table over the radius, laid around a centre and cut by a slice.
struct PlacedShell {
    let additions: [Int32]
    /// In 1/1024 mm.
    let centre: [Int]
    let geometry: SliceGeometry

    /// Calls `body` with the index of each row's first sample and what is added to the row.
    ///
    /// One buffer serves all rows. Its pointer is valid during the call only.
    func forEachRow(height: Int, width: Int, _ body: (Int, UnsafeMutableBufferPointer<Int32>) -> Void) {
        var row = [Int32](repeating: 0, count: width)
        for index in 0..<height {
            row.withUnsafeMutableBufferPointer { buffer in
                fill(buffer, row: index)
                body(index * width, buffer)
            }
        }
    }

    /// Squares of coordinates stay far below 2⁵⁰: a slice is within ± 4 m and its steps below 0.1 m, and only what is nearer than 100 mm
    /// is looked up.
    private func fill(_ buffer: UnsafeMutableBufferPointer<Int32>, row: Int) {
        let bits = SliceGeometry.stepBits
        let starts = (0..<3).map { (geometry.origin[$0] - centre[$0]) << bits + geometry.rowStep[$0] * row }
        let (x, y, z) = (starts[0], starts[1], starts[2])
        let (dx, dy, dz) = (geometry.columnStep[0], geometry.columnStep[1], geometry.columnStep[2])
        let radius = VolumeShells.radius * VolumeShells.unitsToMillimetre
        let limit = radius * radius
        let unitsToEntry = VolumeShells.unitsToMillimetre / VolumeShells.entriesToMillimetre
        additions.withUnsafeBufferPointer { additions in
            for column in 0..<buffer.count {
                let (px, py, pz) = ((x &+ dx &* column) >> bits, (y &+ dy &* column) >> bits, (z &+ dz &* column) >> bits)
                let square = px &* px &+ py &* py &+ pz &* pz
                // Bounds: below the limit the root is below radius · 1024, so the entry is below radius · 64, the table's count.
                buffer[column] = square < limit && square >= 0 ? additions[IntegerCosine.root(square) / unitsToEntry] : 0
            }
        }
    }
}
