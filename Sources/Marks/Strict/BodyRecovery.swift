/// Puts a body together from the shares of the blocks that prove themselves.
struct BodyRecovery {
    /// A body, and how many shares contradict it.
    struct Recovered {
        let body: MarkBody
        let judgement: IssuerDirectory.Judgement
        let forgedShares: Int
    }

    private struct Stripe {
        var points: [UInt16] = []
        var shares: [ShareWord] = []
    }

    private let grid: MarkGrid
    private let identifier: ImageIdentifier
    private let directory: IssuerDirectory
    private let stripes: [Stripe]

    /// - Parameter frames: of the blocks that prove themselves as this image's, by their place in the grid.
    init(_ frames: [Int: BlockFrame], _ grid: MarkGrid, _ identifier: ImageIdentifier, _ directory: IssuerDirectory) {
        let stripeCount = ShareCode.stripes(grid.areas.count)
        var stripes = [Stripe](repeating: Stripe(), count: stripeCount)
        for (block, frame) in frames.sorted(by: { $0.key < $1.key }) {
            for (index, share) in frame.shares.enumerated() {
                stripes[block % stripeCount].points.append(ShareCode.point(block: block, share: index, stripeCount: stripeCount))
                stripes[block % stripeCount].shares.append(share)
            }
        }
        (self.grid, self.identifier, self.directory, self.stripes) = (grid, identifier, directory, stripes)
    }

    /// The body that an issuer has signed; else one that all shares agree on although nobody here knows its issuer.
    ///
    /// First without errors, its length unknown; then with errors, for each length that a body of this image can have.
    func recover() -> Recovered? {
        var unproven: Recovered?
        func isProven(_ recovered: Recovered?) -> Bool {
            guard let recovered else { return false }
            if case .signed = recovered.judgement { return true }
            if unproven == nil, case .unknownIssuer = recovered.judgement { unproven = recovered }
            return false
        }
        // Two more shares than words agree already.
        let plain = joined(agreeing: 2) { ReedSolomon.message(at: $0.points, $0.shares) }
        // Where all shares agree, no other message fits them, whoever has signed this one.
        if isProven(plain) || plain?.forgedShares == 0 { return plain }
        for wordCount in possibleWordCounts {
            let exact = joined { ReedSolomon.message(of: wordCount, at: $0.points, $0.shares) }
            if isProven(exact) { return exact }
        }
        guard plain == nil else { return unproven }
        for wordCount in possibleWordCounts {
            let corrected = joined { ReedSolomon.correctedMessage(of: wordCount, at: $0.points, $0.shares) }
            if isProven(corrected) { return corrected }
        }
        return unproven
    }

    /// Words of a stripe for every layout and number of entries, those that are common first.
    private var possibleWordCounts: [Int] {
        var counts: [Int] = []
        for longLeaves in [false, true] {
            for hasStrips in [true, false] {
                let layout = MarkLayout(longLeaves: longLeaves, hasStrips: hasStrips)
                for entries in 0...8 {
                    let byteCount = MarkBody.byteCount(grid, layout, entries: entries)
                    let count = ShareCode(blockCount: grid.areas.count, bodyByteCount: byteCount).wordCount
                    if !counts.contains(count) { counts.append(count) }
                }
            }
        }
        return counts
    }

    /// - Parameter agreeing: shares beyond the words that are known to be the message's.
    private func joined(agreeing: Int? = nil, _ message: (Stripe) -> [ShareWord]?) -> Recovered? {
        var messages: [[ShareWord]] = []
        for stripe in stripes {
            guard let words = message(stripe) else { return nil }
            messages.append(words)
        }
        // Coefficients of 0 at the end of a stripe are not seen by a decoder that looks for the end.
        let wordCount = messages.map(\.count).max() ?? 0
        let bytes = messages.flatMap { words in
            words.flatMap(\.bytes) + [UInt8](repeating: 0, count: (wordCount - words.count) * ShareWord.byteCount)
        }
        guard let body = try? MarkBody(bytes, grid: grid) else { return nil }
        let code = ShareCode(blockCount: grid.areas.count, bodyByteCount: body.bytes.count)
        guard code.wordCount == wordCount else { return nil }
        let judgement = body.judgement(identifier, directory)
        return Recovered(body: body, judgement: judgement, forgedShares: contradictions(messages, agreeing.map { wordCount + $0 } ?? 0))
    }

    /// Shares that are not the value of their stripe's message.
    ///
    /// - Parameter known: how many of the first shares are known to be.
    private func contradictions(_ messages: [[ShareWord]], _ known: Int) -> Int {
        zip(stripes, messages).reduce(0) { count, pair in
            let (stripe, message) = pair
            let first = min(known, stripe.points.count)
            let shares = ReedSolomon.shares(of: message, at: Array(stripe.points[first...]))
            return count + zip(shares, stripe.shares[first...]).count { $0 != $1 }
        }
    }
}

extension MarkBody {
    /// Reads a body that was kept apart from the image that it is about, and judges its signature.
    ///
    /// - Parameters:
    ///   - height: rows of that image; 0 for bytes that are no samples.
    ///   - width: its columns.
    /// - Throws: `MarksError` of code `format`.
    public static func read(
        _ carried: StrictReader.Carried, height: Int, width: Int, _ directory: IssuerDirectory
    ) throws -> (body: MarkBody, judgement: IssuerDirectory.Judgement) {
        let body = try MarkBody(carried.body, grid: height == 0 || width == 0 ? nil : MarkGrid(height: height, width: width))
        return (body, body.judgement(carried.identifier, directory))
    }
}
