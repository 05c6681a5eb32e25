import Basics
import StegoKit

/// The encoding that was chosen, with the reason.
package struct EncodingDecision: Equatable, Sendable {
    package let encoding: StegoEncoding
    package let reason: Reason

    package init(encoding: StegoEncoding, reason: Reason) {
        self.encoding = encoding
        self.reason = reason
    }

    package enum Reason: Equatable, Sendable {
        /// There was nothing to choose between.
        case asked
        /// The stego file is kept somewhere, where every viewer should open it.
        case atRest
        /// The codec that was asked for is none that the receiver reads.
        case receiverReadsNo(StegoCodec)
        /// To know what this encoding takes here.
        case measuring
        /// There is no connection yet: what is sealed waits in any case.
        case linkAbsent
        /// Nothing was acknowledged yet; what is fastest fills the link soonest.
        case linkUntried
        /// Nothing was acknowledged yet, and this many bytes wait already.
        case linkSilent(waitingBytes: Int)
        /// Everything leaves as fast as it is sealed.
        case linkKeepsUp
        /// The receiver is what everything waits for; what is encoded soonest is decoded soonest.
        case receiverBusy
        /// The link takes longer than sealing, so bytes count.
        case linkSlower(bytesPerSecond: Double)
        /// Sealing takes longer than the link, so time counts.
        case sealingSlower(bytesPerSecond: Double)

        /// Whether sealing is known to be what a transfer waits for.
        var isAboutTime: Bool {
            switch self {
            case .linkKeepsUp, .receiverBusy, .sealingSlower: true
            default: false
            }
        }
    }
}

extension EncodingDecision.Reason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .asked: "as asked for"
        case .atRest: "every viewer opens it, since the file is kept"
        case .receiverReadsNo(let codec): "the receiver does not read \(codec.rawValue)"
        case .measuring: "to measure it"
        case .linkAbsent: "fewest bytes, while there is no connection yet"
        case .linkUntried: "least time, until the link is known"
        case .linkSilent(let bytes): "fewest bytes, while \(Quantities.bytes(bytes)) wait and nothing has arrived"
        case .receiverBusy: "least time, also for the receiver, which takes less than the link brings"
        case .linkKeepsUp: "least time, since the link keeps up"
        case .linkSlower(let rate): "fewest bytes, since the link with \(Quantities.rate(rate)) is slower than sealing"
        case .sealingSlower(let rate): "least time, since sealing is slower than the link with \(Quantities.rate(rate))"
        }
    }
}

extension Quantities {
    /// Bytes a second: "1.2 MB/s".
    static func rate(_ bytesPerSecond: Double) -> String {
        "\(bytes(Int(min(max(bytesPerSecond, 0), 1e15))))/s"
    }
}

/// The choice of the encoding that lets the rest of a study arrive soonest.
///
/// Sealing, sending and restoring overlap from file to file, so a long study takes as long as the longest of them: all workers sealing what
/// remains, the link carrying what waits and what remains, or the receiver decoding it. The last file goes through all three, one after
/// another, and of a study of one file that is the whole time. A slow link asks for few bytes, a fast one for little time, and the balance
/// may shift on the way.
enum EncodingPolicy {
    struct Situation: Sendable {
        /// Of originals that nobody seals yet, this one included.
        var remainingBytes: Int
        /// Files that nobody seals yet, this one included.
        var remainingFiles = Int.max
        /// Files sealed at the same time.
        var workers: Int
        /// Bytes of stego files that are sealed and have not arrived.
        var waitingBytes: Int
        var link: LinkStanding
        /// Seconds since there were sealed bytes that had not arrived.
        var waitingSeconds = Double.infinity
        /// Bytes a second that the link carried when it was last used.
        var remembered: Double?
        /// Bytes a second that the link is known to carry at least: it was probed at the start of this transfer.
        var probed: Double?
        /// The last choice, and the number of files that have it by now.
        var previous: (encoding: StegoEncoding, files: Int)?
    }

    /// Once the link is known, a choice stays for so many files: pipelines need a while to show what a change has done.
    static let leastFiles = 8

    /// The share of the whole time that another encoding must save before it takes over. The efforts of JPEG 2000 differ by some four per
    /// cent of bytes, so more would keep a slow link waiting; rates are means of seconds and steadier than this.
    static let leastGain = 0.02
    /// More than this waiting for a link of which nothing is known yet means that it is not fast, or the receiver far away, unless the first
    /// of it was sealed a moment ago. A link of 4 Mbit/s takes two seconds for it.
    static let waitingOfSilentLink = 1 << 20
    /// Seconds. By then a receiver beyond a satellite has greeted, and said which codecs it reads.
    static let patienceWithSilentLink = 1.5
    /// Native pixels are thrice the bytes: where files wait for the link, a gain of some per cent is not worth them.
    static let nativeHandicap = 1.12
    /// Bytes a second from which on the long search of JPEG XL is not worth its time: 3 Mbit/s. Two cores keep a link of 6 full with it while
    /// they do nothing else.
    static let rateTooHighToSearch = 375_000.0
    /// Time to decode and compare at the receiver for a second of sealing, which encodes, decodes and compares.
    private static let restoringShare = 0.5

    /// - Parameters:
    ///   - paces: the candidates, at least one.
    /// - Returns: nil without candidates.
    static func decide(_ paces: [EncodingPace], _ situation: Situation) -> EncodingDecision? {
        let paces = worthwhile(paces, situation)
        guard let smallest = paces.min(by: { $0.stegoBytesPerByte < $1.stegoBytesPerByte }), let fastest = fastest(of: paces) else {
            return nil
        }
        switch situation.link {
        case .absent: return EncodingDecision(encoding: smallest.encoding, reason: .linkAbsent)
        case .untried:
            if let rate = situation.probed ?? situation.remembered { return decision(soonest(paces, situation, rate), situation, rate) }
            guard situation.waitingBytes > waitingOfSilentLink, situation.waitingSeconds > patienceWithSilentLink else {
                return EncodingDecision(encoding: fastest.encoding, reason: .linkUntried)
            }
            return EncodingDecision(encoding: smallest.encoding, reason: .linkSilent(waitingBytes: situation.waitingBytes))
        case .alwaysKeptUp(let rate) where situation.probed == nil:
            // The rate is that of sealing. Taken for the link's, it would speak for fewer bytes, which take longer, and would be lower still.
            // Where it suffices for native pixels, the link does.
            let least = soonest(paces, situation, max(rate, situation.remembered ?? 0), handicap: 1)
            let chosen = least.encoding.codec == .none ? least : soonest(compressing(paces), situation, .infinity)
            return EncodingDecision(encoding: chosen.encoding, reason: .linkKeepsUp)
        case .keepingUp(let rate), .alwaysKeptUp(let rate):
            // Single files say less of a fast link than a probe does.
            let chosen = soonest(paces, situation, max(rate, situation.probed ?? 0), handicap: 1)
            return EncodingDecision(encoding: chosen.encoding, reason: .linkKeepsUp)
        case .receiverBusy: return EncodingDecision(encoding: settled(paces, situation) ?? fastest.encoding, reason: .receiverBusy)
        case .limiting(let rate): return decision(soonest(paces, situation, rate), situation, rate)
        }
    }

    /// How long to seal nothing more: so much waits for a silent link already that, if it is slow, more of it should be in the fewest bytes,
    /// and it has not been silent for long enough to be called slow.
    ///
    /// - Returns: seconds, at most ``patienceWithSilentLink``; nil where the next file can be sealed at once.
    static func patience(_ situation: Situation) -> Double? {
        guard situation.link == .untried, situation.probed ?? situation.remembered == nil, situation.waitingBytes > waitingOfSilentLink,
            situation.waitingSeconds < patienceWithSilentLink
        else { return nil }
        return patienceWithSilentLink - situation.waitingSeconds
    }

    /// The candidates without the long search of JPEG XL, unless the link is known to be slow enough for it or there is nothing else.
    static func worthwhile(_ paces: [EncodingPace], _ situation: Situation) -> [EncodingPace] {
        let rate = situation.link.bytesPerSecond ?? situation.probed ?? situation.remembered
        if situation.link != .receiverBusy, let rate, rate < rateTooHighToSearch { return paces }
        let others = paces.filter { $0.encoding.codec != .jxl || $0.encoding.effort != .compact }
        return others.isEmpty ? paces : others
    }

    private static func decision(_ chosen: EncodingPace, _ situation: Situation, _ rate: Double) -> EncodingDecision {
        let isLinkSlower = sending(chosen, situation, rate) >= sealing(chosen, situation)
        return EncodingDecision(
            encoding: chosen.encoding, reason: isLinkSlower ? .linkSlower(bytesPerSecond: rate) : .sealingSlower(bytesPerSecond: rate))
    }

    /// The fastest that compresses; native pixels are for links that are known to be fast.
    private static func fastest(of paces: [EncodingPace]) -> EncodingPace? {
        compressing(paces).min { $0.secondsPerByte < $1.secondsPerByte }
    }

    /// Those that compress, or all if none does.
    private static func compressing(_ paces: [EncodingPace]) -> [EncodingPace] {
        let compressing = paces.filter { $0.encoding.codec != .none }
        return compressing.isEmpty ? paces : compressing
    }

    /// The encoding that has not been in use for long enough to be given up.
    private static func settled(_ paces: [EncodingPace], _ situation: Situation) -> StegoEncoding? {
        guard let previous = situation.previous, previous.files < leastFiles else { return nil }
        return paces.first { $0.encoding == previous.encoding }?.encoding
    }

    private static func soonest(
        _ paces: [EncodingPace], _ situation: Situation, _ rate: Double, handicap: Double = nativeHandicap
    ) -> EncodingPace {
        let timed = paces.map { pace in
            (pace: pace, seconds: seconds(pace, situation, rate) * (pace.encoding.codec == .none ? handicap : 1))
        }
        // Of equals the one of fewer bytes: links may be metered.
        let best = timed.min { ($0.seconds, $0.pace.stegoBytesPerByte) < ($1.seconds, $1.pace.stegoBytesPerByte) }
        let current = timed.first { $0.pace.encoding == situation.previous?.encoding }
        if let current, let best, settled(paces, situation) != nil || best.seconds > current.seconds * (1 - leastGain) {
            return current.pace
        }
        return best?.pace ?? paces[0]
    }

    /// Seconds that native pixels save one file of so many bytes on a link that takes no time; nothing where they are no candidate.
    static func nativeGain(_ paces: [EncodingPace], bytes: Int) -> Double {
        guard let native = paces.first(where: { $0.encoding.codec == .none }), let fastest = fastest(of: paces) else { return 0 }
        return Double(bytes) * (fastest.secondsPerByte - native.secondsPerByte) * (1 + restoringShare)
    }

    /// Until the rest has arrived and is restored, with one encoding.
    static func seconds(_ pace: EncodingPace, _ situation: Situation, _ rate: Double) -> Double {
        let sealing = sealing(pace, situation)
        let sending = sending(pace, situation, rate)
        let restoring = sealing * restoringShare
        let longest = max(sealing, sending)
        // Of the other two stages one file's share is to be waited for, too.
        let rounds = Double(max(1, situation.remainingFiles)) / Double(workers(situation))
        let shares = (sealing + restoring) / rounds + sending / Double(max(1, situation.remainingFiles))
        let ownShare = longest == sending ? sending / Double(max(1, situation.remainingFiles)) : sealing / rounds
        return longest + shares - ownShare
    }

    private static func workers(_ situation: Situation) -> Int {
        max(1, min(situation.workers, situation.remainingFiles))
    }

    private static func sealing(_ pace: EncodingPace, _ situation: Situation) -> Double {
        Double(situation.remainingBytes) * pace.secondsPerByte / Double(workers(situation))
    }

    private static func sending(_ pace: EncodingPace, _ situation: Situation, _ rate: Double) -> Double {
        (Double(situation.waitingBytes) + Double(situation.remainingBytes) * pace.stegoBytesPerByte) / max(rate, 1)
    }
}
