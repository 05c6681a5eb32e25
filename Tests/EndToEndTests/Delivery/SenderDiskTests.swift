import Basics
import Foundation
import TestSupport
import Testing

/// The sender's own disk is full: nothing is lost, nothing fails for good, and it goes on when there is room.
@Suite struct SenderDiskTests {
    /// A home on a disk that has room for its journal and a few sealed files.
    private func delivery(images: Int, disk size: String) async throws -> (Delivery, disk: String) {
        let delivery = try await Delivery(images: images, size: 256)
        return (delivery, try await delivery.site.smallDisk(size))
    }

    @Test(.needsSmallDisk, .timeLimit(.minutes(5))) func fullAndFreedAgain() async throws {
        let (delivery, disk) = try await delivery(images: 24, disk: "3m")
        defer { umount2(disk, Int32(MNT_DETACH)) }
        let (receiver, address) = try await delivery.site.startReceiver(["--layout", "flat"])
        let state = delivery.site.clinicHome + "/state"
        try? FileManager.default.removeItem(atPath: state)
        try FileManager.default.createSymbolicLink(atPath: state, withDestinationPath: disk)
        chmod(disk, 0o700)
        let link = try Delivery.slowLink(to: address, bitsPerSecond: 1e6)
        defer { link.stop() }
        let sender = try delivery.startSending(to: link.address, ["--give-up-after", "3m"])
        try await sender.event("instance")
        // Whatever is free now; the journal itself gets no page more.
        let ballast = disk + "/ballast"
        try Data().write(to: URL(filePath: ballast))
        let handle = try FileHandle(forWritingTo: URL(filePath: ballast))
        while (try? handle.write(contentsOf: Data(count: 4096))) != nil {}
        try handle.close()
        try await Task.sleep(for: .seconds(3))
        #expect(sender.isRunning)
        try FileManager.default.removeItem(atPath: ballast)
        let sent = await sender.finish()
        #expect(sent.status == 0, "\(sent.output)\(sent.errors)")
        try await delivery.expectDelivered()
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
    }
}
