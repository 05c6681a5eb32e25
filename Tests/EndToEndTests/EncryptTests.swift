import DICOM
import Foundation
import TestSupport
import Testing

/// Images for an archive that nobody trusts, by the real programs.
@Suite struct EncryptTests {
    private func encrypt(_ site: Site, _ more: [String] = []) async throws -> Finished {
        try await run(
            Programs.send,
            ["encrypt", site.originals, "--home", site.clinicHome, "--to", "radiologist", "--into", site.folder + "/cloud", "--json"] + more
        )
    }

    @Test func enciphersAndRestores() async throws {
        let site = try await Site.withTrust()
        var image = SyntheticImage()
        for number in 1...3 {
            image.instance = number
            _ = try site.write(image.file(), as: "image-\(number).dcm")
        }
        let made = try await encrypt(site)
        #expect(made.status == 0, "\(made.errors)")
        #expect(made.events(named: "instance").allSatisfy { $0["exact"] as? String == "bytes" && $0["record"] as? String == "element" })
        let stored = site.files(below: site.folder + "/cloud")
        #expect(stored.count == 3)
        for (name, data) in stored {
            let file = try DICOMFile(bytes: Array(data), name: name)
            #expect(file.pixels?.rows == image.rows && file.pixels?.columns == image.columns)
            #expect(file.dataSet.string(.patientIdentityRemoved) == "YES")
        }
        try await site.succeed(
            Programs.receive,
            ["decrypt", site.folder + "/cloud", "--home", site.radiologistHome, "--into", site.inbox, "--layout", "flat"])
        #expect(Set(site.files(below: site.inbox).values) == Set(site.files(below: site.originals).values))
    }

    @Test func aWeakCipherAloneIsAnErrorOfUse() async throws {
        let site = try await Site.withTrust()
        _ = try site.write(SyntheticImage().file(), as: "image.dcm")
        let refused = try await encrypt(site, ["--cipher", "quantum-des"])
        #expect(refused.status == 64 && refused.errors.contains("none of these protects"), "\(refused.errors)")
    }
}
