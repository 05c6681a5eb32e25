import Foundation
import SecureChannel
import Testing

extension ChannelTests {
    @Suite("Resources") struct ResourceTests {
        @Test("are all given back after 200 connections", .timeLimit(.minutes(2))) func leaks() async throws {
            let listener = try await TestListener()
            // The first connection makes ZeroMQ's own threads and descriptors, which stay.
            try await cycle(listener, .closeSender)
            // A leak of one a cycle would show as 200; the margin is for what other tests of this process do meanwhile.
            let margin = 60
            let before = (descriptors: descriptors(), threads: channelThreads())
            // Programs that were killed at that very moment leave an empty folder.
            let others = socketDirectories()
            for number in 0..<200 {
                try await cycle(listener, Way.allCases[number % Way.allCases.count])
            }
            #expect(await eventually { descriptors() < before.descriptors + margin }, "\(before.descriptors) became \(descriptors())")
            #expect(await eventually { channelThreads() < before.threads + margin }, "\(before.threads) became \(channelThreads())")
            #expect(await eventually { socketDirectories().isSubset(of: others) })
            await listener.listener.stop()
        }

        private enum Way: CaseIterable {
            case closeSender
            case closeReceiver
            case drop
            case stranger
        }

        private func cycle(_ listener: TestListener, _ way: Way) async throws {
            if way == .stranger {
                _ = try? await listener.connect(as: listener.identities.stranger)
                return
            }
            let sender = try await listener.connect()
            let receiver = try await listener.accept()
            try await sender.send(Message(frames: [[UInt8](repeating: 1, count: 1000)]))
            _ = try await receiver.receive()
            switch way {
            case .closeSender:
                #expect(await sender.close())
                await receiver.close()
            case .closeReceiver:
                #expect(await receiver.close())
            case .drop, .stranger:
                break
            }
        }

        private func descriptors() -> Int {
            entries("/proc/self/fd").count
        }

        private func channelThreads() -> Int {
            entries("/proc/self/task").filter { thread in
                let name = try? String(contentsOfFile: "/proc/self/task/\(thread)/comm", encoding: .utf8)
                return name?.hasPrefix("veilray-channel") ?? false
            }.count
        }

        private func socketDirectories() -> Set<String> {
            let base = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
            return Set(entries(base).filter { $0.hasPrefix("veilray-channel-") })
        }

        private func entries(_ directory: String) -> [String] {
            (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        }
    }
}
