import Foundation
import Protocol
import TestSupport

/// The homes of a clinic and a radiologist who trust each other.
struct TrustingHomes {
    let clinic: Home
    let radiologist: Home
    let clinicIdentity: Identity
    let radiologistIdentity: Identity

    init(in folder: TemporaryFolder) throws {
        clinic = Home(URL(filePath: folder("clinic")))
        radiologist = Home(URL(filePath: folder("radiologist")))
        clinicIdentity = try Identity.create(name: PeerName("Clinic"))
        radiologistIdentity = try Identity.create(name: PeerName("Radiologist"))
        try clinicIdentity.save(to: clinic)
        try radiologistIdentity.save(to: radiologist)
        try TrustStore(home: clinic).trust(radiologistIdentity.card())
        try TrustStore(home: radiologist).trust(clinicIdentity.card())
    }
}
