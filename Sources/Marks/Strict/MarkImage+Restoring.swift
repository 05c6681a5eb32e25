extension MarkImage {
    /// The image once every block's mark is taken off in the mode that its record names. Whether these are the samples that were signed is the
    /// caller's to find out.
    ///
    /// - Parameter grid: of this image; the records are of its blocks.
    func without(_ records: [BlockRecord], _ grid: MarkGrid) -> MarkImage {
        var scan = CarrierScan()
        var samples = carrier.samples
        for (area, record) in zip(grid.areas, records) {
            guard let mode = ExpansionMode(byte: record.mode) else { continue }
            scan.fill(carrier, area)
            scan.undo(in: &samples, mode)
        }
        return with(carrier: samples)
    }

    /// The image without its mark by what a body says that was kept beside it. Neither the mark in the pixels nor any signature is looked at:
    /// the caller compares the result with what it knows of the original.
    ///
    /// - Returns: `nil` for a body of another kind of image.
    public func unproven(by carried: StrictReader.Carried) -> MarkImage? {
        let grid = MarkGrid(height: height, width: width)
        guard let body = try? MarkBody(carried.body, grid: grid) else { return nil }
        return without(body.records, grid)
    }

    /// The image without its mark as its blocks alone give it, whatever else says what they carry: how a marker proves what it has made.
    ///
    /// - Returns: `nil` unless every block that the body names carries its part in the mode that the body names, and no other block does.
    public func proven(as identifier: ImageIdentifier, _ body: MarkBody) -> MarkImage? {
        let grid = MarkGrid(height: height, width: width)
        guard body.records.count == grid.areas.count else { return nil }
        var reader = BlockReader()
        var samples = carrier.samples
        for (index, area) in grid.areas.enumerated() {
            let reading = reader.read(self, area)
            guard reading?.mode.byte ?? ExpansionMode.carriesNothing == body.records[index].mode else { return nil }
            guard let frame = reading?.frame else { continue }
            guard frame.identifier == identifier, frame.index == index, reading?.hasFill == true else { return nil }
            reader.restored.copy(plane: carrierIndex, into: &samples, width: width)
        }
        return with(carrier: samples)
    }
}
