/// Morphology with discs: the samples at most `radius` away, from centre to centre.
///
/// A disc is a stack of horizontal bars, and a row grows by a bar in a few shifts of whole words, so a row costs O(radius) operations
/// on 64 samples each. Samples outside the image are outside the mask for dilation and inside for erosion: neither adds nor takes
/// away anything at the edges for lack of knowledge.
extension BitMask {
    /// The samples at most `radius` away from one inside.
    func dilated(radius: Int) -> BitMask {
        guard radius > 0, wordsPerRow > 0 else { return self }
        let widths = Self.halfWidths(radius: radius)
        var result = BitMask(rows: rows, columns: columns)
        var bar = [UInt64](repeating: 0, count: wordsPerRow)
        for row in 0..<rows {
            for word in 0..<wordsPerRow { bar[word] = words[row * wordsPerRow + word] }
            guard bar.contains(where: { $0 != 0 }) else { continue }
            // From the disc's narrow ends to its middle; the bar only ever grows.
            var width = 0
            for distance in stride(from: radius, through: 0, by: -1) {
                Self.widen(&bar, by: widths[distance] - width)
                bar[wordsPerRow - 1] &= lastWordMask
                width = widths[distance]
                result.add(bar, toRow: row - distance)
                if distance > 0 { result.add(bar, toRow: row + distance) }
            }
        }
        return result
    }

    /// The samples from which nothing outside is at most `radius` away.
    func eroded(radius: Int) -> BitMask { radius > 0 ? inverted.dilated(radius: radius).inverted : self }

    /// Erosion, then dilation: without the parts into which no disc fits.
    func opened(radius: Int) -> BitMask { eroded(radius: radius).dilated(radius: radius) }

    /// Dilation, then erosion: with the gaps and bays into which no disc fits. The image's edge counts as open country.
    func closed(radius: Int) -> BitMask {
        guard radius > 0 else { return self }
        let wordMargin = (radius + 63) / 64
        return padded(rowMargin: radius, wordMargin: wordMargin).dilated(radius: radius).eroded(radius: radius)
            .cropped(rowMargin: radius, wordMargin: wordMargin, rows: rows, columns: columns)
    }

    /// How far the disc reaches to either side in each row, from its middle row (`radius`) to its last (0).
    static func halfWidths(radius: Int) -> [Int] {
        (0...max(0, radius)).map { distance in
            let square = radius * radius - distance * distance
            var width = Int(Double(square).squareRoot())
            // The root may be off by one for large squares.
            while width * width > square { width -= 1 }
            while (width + 1) * (width + 1) <= square { width += 1 }
            return width
        }
    }

    private mutating func add(_ bar: [UInt64], toRow row: Int) {
        guard row >= 0, row < rows else { return }
        let (start, count) = (row * wordsPerRow, wordsPerRow)
        withWords { words in
            for word in 0..<count { words[start + word] |= bar[word] }
        }
    }

    /// Grows every run of a row by `reach` columns to both sides, in about log₂(`reach`) steps: what has grown by *n* grows by
    /// up to *n* + 1 more in one step without leaving gaps.
    private static func widen(_ bar: inout [UInt64], by reach: Int) {
        var grown = 0
        while grown < reach {
            let step = min(grown + 1, reach - grown)
            spread(&bar, by: step)
            grown += step
        }
    }

    /// `bar | bar << step | bar >> step`, over the words of the row.
    private static func spread(_ bar: inout [UInt64], by step: Int) {
        let (wordStep, bitStep) = (step / 64, UInt64(step % 64))
        let count = bar.count
        let source = bar
        func word(_ index: Int) -> UInt64 { index >= 0 && index < count ? source[index] : 0 }
        for index in 0..<count {
            // Smart shifts by 64 give 0, so a step of whole words needs no case of its own.
            let left = word(index - wordStep) << bitStep | word(index - wordStep - 1) >> (64 - bitStep)
            let right = word(index + wordStep) >> bitStep | word(index + wordStep + 1) << (64 - bitStep)
            bar[index] |= left | right
        }
    }
}
