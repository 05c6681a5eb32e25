import DICOM

/// A header with a canary in every kind of element, at several depths.
enum PlantedHeader {
    /// - Parameter canaries: count what is planted.
    static func file(transferSyntax: String, _ description: PixelDescription, _ canaries: inout Canaries) -> RawFile {
        var file = RawFile()
        file.preamble = Array((0..<13).flatMap { _ in canaries.ascii() }.prefix(128))
        file.preamble += [UInt8](repeating: 0, count: 128 - file.preamble.count)
        file.meta = [
            .init(group: 2, element: 1, vr: "OB", value: [0, 1]),
            .text(2, 2, "UI", "1.2.840.10008.5.1.4.1.1.7"), .text(2, 3, "UI", "2.25.123.456"), .text(2, 0x10, "UI", transferSyntax),
            .text(2, 0x12, "UI", "2.25.987"), .text(2, 0x13, "SH", canaries.text()), .text(2, 0x16, "AE", canaries.text()),
            .text(2, 0x17, "AE", canaries.text()), .text(2, 0x18, "AE", canaries.text()),
            .text(2, 0x100, "UI", "2.25.988"), .init(group: 2, element: 0x102, vr: "OB", value: canaries.ascii()),
        ]
        file.elements = image(description) + texts(&canaries) + allowed(description, &canaries) + planes(&canaries)
        var nested = texts(&canaries)
        for _ in 0..<3 {
            nested =
                texts(&canaries) + [
                    .init(group: 0x0008, element: 0x1110, vr: "SQ", items: [nested]),
                    .init(group: 0x0040, element: 0x0275, vr: "SQ", items: [texts(&canaries)]),
                ]
        }
        file.elements += [
            .init(group: 0x0008, element: 0x1140, vr: "SQ", items: [nested]),
            .init(group: 0x5200, element: 0x9229, vr: "SQ", items: [nested + functionalGroups(&canaries)]),
            .init(group: 0x0400, element: 0x0561, vr: "SQ", items: [texts(&canaries)]),
        ]
        return file
    }

    private static func image(_ description: PixelDescription) -> [RawFile.Element] {
        [
            .text(8, 0x16, "UI", "1.2.840.10008.5.1.4.1.1.7"), .text(8, 0x18, "UI", "2.25.123.456"), .text(8, 0x60, "CS", "OT"),
            .text(0x20, 0x0D, "UI", "2.25.123"), .text(0x20, 0x0E, "UI", "2.25.123.4"),
            .number(0x28, 2, description.samplesPerPixel), .text(0x28, 4, "CS", description.photometricInterpretation),
            .text(0x28, 8, "IS", String(description.frames)), .number(0x28, 0x10, description.rows),
            .number(0x28, 0x11, description.columns), .number(0x28, 0x100, description.bitsAllocated),
            .number(0x28, 0x101, description.bitsStored), .number(0x28, 0x102, description.highBit),
            .number(0x28, 0x103, description.isSigned ? 1 : 0),
        ] + (description.samplesPerPixel > 1 ? [.number(0x28, 6, 0)] : [])
    }

    /// One element of each representation that can hold text, standard and private.
    private static func texts(_ canaries: inout Canaries) -> [RawFile.Element] {
        let places: [(UInt16, UInt16, String)] = [
            (0x0008, 0x0050, "SH"), (0x0008, 0x0054, "AE"), (0x0008, 0x0080, "LO"), (0x0008, 0x0081, "ST"), (0x0008, 0x0090, "PN"),
            (0x0008, 0x1010, "SH"), (0x0008, 0x1030, "LO"), (0x0010, 0x0010, "PN"), (0x0010, 0x0020, "LO"), (0x0010, 0x0040, "CS"),
            (0x0010, 0x1010, "AS"), (0x0010, 0x4000, "LT"), (0x0018, 0x1000, "LO"), (0x0020, 0x4000, "LT"), (0x0040, 0xA120, "DT"),
            (0x0040, 0xA121, "DA"), (0x0040, 0xA122, "TM"), (0x0040, 0xA160, "UT"), (0x0040, 0xE010, "UR"), (0x0008, 0x0119, "UC"),
            (0x0010, 0x1030, "DS"), (0x0020, 0x0012, "IS"),
        ]
        var elements: [RawFile.Element] = places.map { .init(group: $0, element: $1, vr: $2, value: canaries.ascii()) }
        elements.append(.init(group: 0x0042, element: 0x0011, vr: "OB", value: canaries.utf16(bigEndian: false)))
        elements.append(.text(0x0029, 0x0010, "LO", canaries.text()))
        for (element, vr) in [(0x1001, "OB"), (0x1002, "UN"), (0x1003, "LO"), (0x1004, "UT"), (0x1005, "OW")] as [(UInt16, String)] {
            elements.append(.init(group: 0x0029, element: element, vr: vr, value: canaries.utf16(bigEndian: element == 0x1002)))
        }
        return elements
    }

    /// Text where the public header takes over numbers, terms and tables.
    private static func allowed(_ description: PixelDescription, _ canaries: inout Canaries) -> [RawFile.Element] {
        let decimals: [(UInt16, UInt16)] = [(0x0018, 0x0050), (0x0020, 0x1041), (0x0028, 0x0030), (0x0028, 0x1050), (0x0028, 0x1052)]
        var elements: [RawFile.Element] = decimals.map { .init(group: $0, element: $1, vr: "DS", value: canaries.ascii()) }
        let terms: [(UInt16, UInt16)] = [(0x0008, 0x0008), (0x0018, 0x0015), (0x0018, 0x5100), (0x0018, 0x5101), (0x0028, 0x0301)]
        elements += terms.map { .init(group: $0, element: $1, vr: "CS", value: canaries.ascii()) }
        // Indices of frames, whose words read as letters.
        elements.append(.init(group: 0x0054, element: 0x0010, vr: "US", value: canaries.ascii()))
        elements += [
            .init(group: 0x0028, element: 0x1101, vr: "US", value: [4, 0, 0, 0, 16, 0]),
            .init(group: 0x0028, element: 0x1201, vr: "OW", value: canaries.ascii() + canaries.ascii()),
            .init(group: 0x0028, element: 0x1221, vr: "OW", value: canaries.ascii()),
            .init(
                group: 0x0018, element: 0x6011, vr: "SQ",
                items: [
                    [
                        .init(group: 0x0018, element: 0x602C, vr: "FD", value: Array(canaries.ascii().prefix(8))),
                        .init(group: 0x0018, element: 0x6018, vr: "UL", value: Array(canaries.ascii().prefix(4))),
                    ]
                ]),
        ]
        return elements
    }

    private static func functionalGroups(_ canaries: inout Canaries) -> [RawFile.Element] {
        [
            .init(
                group: 0x0028, element: 0x9110, vr: "SQ",
                items: [texts(&canaries) + [.init(group: 0x0018, element: 0x0050, vr: "DS", value: canaries.ascii())]])
        ]
    }

    /// Overlays, a curve, sound, an icon, a private thumbnail, a document, annotations, padding behind everything.
    private static func planes(_ canaries: inout Canaries) -> [RawFile.Element] {
        let icon: [RawFile.Element] = [
            .number(0x28, 2, 1), .text(0x28, 4, "CS", "MONOCHROME2"), .number(0x28, 0x10, 8), .number(0x28, 0x11, 8),
            .number(0x28, 0x100, 8), .number(0x28, 0x101, 8), .number(0x28, 0x102, 7), .number(0x28, 0x103, 0),
            .init(group: 0x7FE0, element: 0x10, vr: "OB", value: canaries.ascii() + [UInt8](repeating: 0, count: 54)),
        ]
        let note = RawFile.Element(group: 0x0070, element: 0x0006, vr: "ST", value: canaries.ascii())
        return [
            .init(group: 0x0070, element: 0x0001, vr: "SQ", items: [[.init(group: 0x0070, element: 0x0008, vr: "SQ", items: [[note]])]]),
            .init(group: 0x0042, element: 0x0011, vr: "OB", value: canaries.ascii()),
            .text(0x0009, 0x0010, "LO", "ACME THUMBNAILS"), .init(group: 0x0009, element: 0x1001, vr: "OB", value: canaries.ascii()),
            .init(group: 0x5000, element: 0x200C, vr: "OW", value: canaries.ascii()),
            .init(group: 0x5000, element: 0x200E, vr: "LT", value: canaries.ascii()),
            .init(group: 0x0088, element: 0x0200, vr: "SQ", items: [icon]),
            .number(0x6000, 0x10, 8), .number(0x6000, 0x11, 16), .text(0x6000, 0x40, "CS", "G"),
            .init(group: 0x6000, element: 0x3000, vr: "OW", value: canaries.ascii() + [0, 0, 0, 0, 0, 0]),
            .text(0x6000, 0x1500, "LO", canaries.text()), .init(group: 0x5000, element: 0x3000, vr: "OW", value: canaries.ascii()),
            .init(group: 0xFFFC, element: 0xFFFC, vr: "OB", value: canaries.ascii()),
        ]
    }
}
