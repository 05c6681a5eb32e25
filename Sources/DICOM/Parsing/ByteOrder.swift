enum ByteOrder {
    /// The bytes with the order inside each unit reversed; an incomplete unit at the end stays as it is.
    static func swapped(_ bytes: ArraySlice<UInt8>, unitSize: Int) -> [UInt8] {
        var swapped = Array(bytes)
        guard unitSize > 1 else { return swapped }
        let whole = swapped.count - swapped.count % unitSize
        swapped.withUnsafeMutableBufferPointer { buffer in
            for unit in stride(from: 0, to: whole, by: unitSize) {
                for index in 0..<unitSize / 2 { buffer.swapAt(unit + index, unit + unitSize - 1 - index) }
            }
        }
        return swapped
    }
}
