/// The limits of a receiver. The sender keeps to them, and the receiver sees to it.
public struct SessionLimits: Sendable, Hashable {
    static let chunkBytes = 1_024...8 * 1_024 * 1_024
    static let windowBytes = 1_024...1 << 32
    static let instanceBytes = UInt64(1)...UInt64(1) << 40
    static let instances = 1...100_000

    /// Bytes of chunks that may be under way before the receiver has granted more. Default 16 MiB.
    public var creditWindow: Int
    /// Bytes of one chunk. Default 256 KiB.
    public var chunkBytes: Int
    /// Bytes of one stego file. Default 4 GiB.
    public var instanceBytes: UInt64
    /// Instances of one study. Default 100 000.
    public var instances: Int

    /// Values outside what the protocol allows (chunk 1 KiB to 8 MiB, window 1 KiB to 4 GiB, file up to 1 TiB,
    /// 100 000 instances) are moved to the nearest that it does.
    public init(
        creditWindow: Int = 16 * 1_024 * 1_024, chunkBytes: Int = 256 * 1_024, instanceBytes: UInt64 = 4 << 30, instances: Int = 100_000
    ) {
        self.creditWindow = creditWindow.clamped(to: Self.windowBytes)
        self.chunkBytes = min(chunkBytes.clamped(to: Self.chunkBytes), self.creditWindow)
        self.instanceBytes = instanceBytes.clamped(to: Self.instanceBytes)
        self.instances = instances.clamped(to: Self.instances)
    }
}

extension Comparable {
    fileprivate func clamped(to range: ClosedRange<Self>) -> Self {
        min(max(self, range.lowerBound), range.upperBound)
    }
}

extension SessionLimits {
    init(_ wire: WireLimits) throws(ProtocolError) {
        guard let window = Int(exactly: wire.initialCredit), Self.windowBytes.contains(window),
            let chunk = Int(exactly: wire.maximumChunkBytes), Self.chunkBytes.contains(chunk), chunk <= window,
            Self.instanceBytes.contains(wire.maximumInstanceBytes), Self.instances.contains(Int(wire.maximumInstances))
        else { throw .violation("limits that the protocol does not allow") }
        creditWindow = window
        chunkBytes = chunk
        instanceBytes = wire.maximumInstanceBytes
        instances = Int(wire.maximumInstances)
    }

    var wire: WireLimits {
        .with {
            $0.initialCredit = UInt64(creditWindow)
            $0.maximumChunkBytes = UInt64(chunkBytes)
            $0.maximumInstanceBytes = instanceBytes
            $0.maximumInstances = UInt32(instances)
        }
    }
}
