extension FuzzTarget {
    /// Every target, in the order of the layers.
    static let all: [FuzzTarget] = [
        .dicomFile, .encapsulatedFile, .codestreamWalk, .frameDecoding, .frameEncoding, .deflatedStream, .identityScan,
        .record, .stegoFile, .sealing, .regions, .ciphers, .wireMessage, .statement, .armouredText, .channelStream, .workerMessage,
        .doorMessage, .settings, .archivedReceipts, .markBody, .markedSamples, .travellingRecord, .volumeNote,
    ]
}
