import DICOM

/// The bytes of `report.txt` in a private element of a reply's objects: exactly as they are signed for, whatever a content tree makes of
/// lines and blanks.
public enum CarriedText {
    static let creator = "VEILRAY REPORT"
    private static let element: UInt8 = 0x01

    static func put(_ text: ReportText, into dataSet: inout DataSet) throws(DICOMError) {
        try dataSet.setPrivateBytes(text.bytes, creator: creator, group: VeilrayPrivate.group, element: element)
    }

    /// What an object carries; `nil` when it is nothing of a reply.
    public static func bytes(in dataSet: DataSet) -> [UInt8]? {
        dataSet.privateBytes(creator: creator, group: VeilrayPrivate.group, element: element)
    }
}
