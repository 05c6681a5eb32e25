import Basics
import DICOM
import Foundation
import TestSupport
import Testing

/// A decoder that never answers, in each command that has one: SIGTERM ends the command all the same.
@Suite(.timeLimit(.minutes(10))) struct HangingDecoderTests {
    enum Command: String, CaseIterable, CustomTestStringConvertible {
        case study, deliver, watch, seal, serve, open

        var testDescription: String { rawValue }
    }

    /// A site whose images are coded, so that reading them takes a decoder.
    private func site() async throws -> Site {
        let site = try await Site.withTrust()
        for instance in 1...4 {
            var image = SyntheticImage(rows: 256, columns: 256)
            image.instance = instance
            let native = try DICOMFile(bytes: try image.file(), name: "native")
            let (description, samples) = try PixelCodec.decode(native)
            let coded = try PixelCodec.encode(samples, description, as: .jpeg2000Lossless)
            _ = try site.write(
                DICOMWriter.write(dataSet: image.header, transferSyntax: .jpeg2000Lossless, pixels: .encapsulated(coded)),
                as: "image-\(instance).dcm")
        }
        return site
    }

    @Test(arguments: Command.allCases) func endsWhenItIsTold(_ command: Command) async throws {
        let site = try await site()
        let stego = site.folder + "/stego"
        var receiver: RunningProgram?
        var sender: RunningProgram?
        let program: RunningProgram
        switch command {
        case .seal:
            program = try RunningProgram(
                Programs.send, ["seal", site.originals, "--home", site.clinicHome, "--to", "radiologist", "--into", stego])
        case .open:
            try await site.succeed(
                Programs.send, ["seal", site.originals, "--home", site.clinicHome, "--to", "radiologist", "--into", stego])
            program = try RunningProgram(
                Programs.receive, ["open", stego, "--home", site.radiologistHome, "--into", site.folder + "/opened"])
        case .serve:
            let (serving, address) = try await site.startReceiver(["--layout", "flat"])
            program = serving
            sender = try RunningProgram(Programs.send, site.sending([site.originals], to: address))
        case .study, .deliver, .watch:
            let (serving, address) = try await site.startReceiver(["--layout", "flat"])
            receiver = serving
            let words = ["--home", site.clinicHome, "--to", "radiologist", "--address", address]
            if command == .deliver { try await site.succeed(Programs.send, ["study", site.originals, "--no-wait"] + words) }
            program = try RunningProgram(
                Programs.send,
                command == .study
                    ? ["study", site.originals] + words
                    : command == .deliver
                        ? ["deliver", "--home", site.clinicHome]
                        : ["watch", site.originals, "--stable", "100ms", "--quiet", "100ms", "--interval", "50ms"] + words)
        }
        let held = try await HeldDecoders.hold(of: program)
        if command == .serve { try await program.event("connected") }
        // Soon a file is waiting for its decoder.
        try await Task.sleep(for: .seconds(1))
        if command == .study {
            // What is not queued yet is not promised yet.
            while try await run(Programs.send, ["status", "--home", site.clinicHome, "--json"]).output.isEmpty, program.isRunning {
                try await Task.sleep(for: .milliseconds(100))
            }
        }
        program.signal(SIGTERM)
        let finished = await program.finish()
        withExtendedLifetime(held) {}
        // Ended by itself, or by the signal where there is nothing to put away; the tests' own deadline is SIGKILL.
        #expect([0, 75, -SIGTERM].contains(finished.status), "\(finished.output)\(finished.errors)")

        _ = await sender?.finish()
        if command == .study || command == .deliver {
            let rest = try await site.succeed(Programs.send, ["deliver", "--once", "--home", site.clinicHome, "--log-level", "debug"])
            #expect(
                site.files(below: site.inbox) == site.files(below: site.originals), "\(finished.errors) then \(rest.output)\(rest.errors)")
        }
        receiver?.signal(SIGTERM)
        if let receiver { #expect(await receiver.finish().status == 0) }
    }
}
