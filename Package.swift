// swift-tools-version: 6.1
import PackageDescription

// Layers, lowest first; imports only go down. See docs/architecture.md.
//
//   CAssertions CCurl CDCMTK CGDCM CJPEGXL COpenJPEG COpenJPH CLinux CZeroMQ COpenSSL CZstandard CZlib CPNG     C faces
//   CShuffle CTextDetection CTrellis                                 inner loops
//   Basics Files Concurrency Operations Journal SeededRandomness     the floor: each mechanism once
//   TextDetection DICOM StegoKit Imaging Marks Evaluation ChildProcesses CodecWorkers    images: files, hiding, pictures, confined codecs
//   Ciphers                                                          the literature's image ciphers, attacks, statistics
//   DICOMNetwork                                                     associations with modalities, in confined children
//   SecureChannel Protocol                                           TLS-wrapped ZeroMQ | identities, sessions, receipts
//   Sending Receiving Replying Clinic                                the engines
//   CommandLineSupport SendingCommandLine MarkCommands Experiments   what command lines share | evaluations, previews
//   Sender Receiver Demonstration Benchmarks Laboratory              the programs

let swiftCrypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let swiftCryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let database: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let yaml: Target.Dependency = .product(name: "Yams", package: "Yams")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

/// Pixels pass through these layers millions at a time: unoptimised, the tests over real studies would take many minutes.
let optimisedEvenInDebug: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]

/// These read what others wrote. Release builds add checked versions of the C library's functions (dpkg-buildflags(1), "fortify");
/// for the whole build the option does not work, since Swift's view of the C library is compiled without it.
let checkedCalls: [CSetting] = [.unsafeFlags(["-D_FORTIFY_SOURCE=2"], .when(configuration: .release))]
let checkedCallsOfCXX: [CXXSetting] = [.unsafeFlags(["-D_FORTIFY_SOURCE=2"], .when(configuration: .release))]

// Where Debian has the headers of Pango and Cairo. Not by pkg-config: SwiftPM warns of flags in its answer that nothing here needs.
let pangoHeaders =
    ["cairo", "pango-1.0", "harfbuzz", "glib-2.0"].map { "/usr/include/\($0)" }
    + ["x86_64", "aarch64"].map { "/usr/lib/\($0)-linux-gnu/glib-2.0/include" }

let package = Package(
    name: "veilray",
    products: [
        .executable(name: "veilray-send", targets: ["Sender"]),
        .executable(name: "veilray-receive", targets: ["Receiver"]),
        .executable(name: "veilray-demo", targets: ["Demonstration"]),
        .executable(name: "veilray-bench", targets: ["Benchmarks"]),
        .executable(name: "veilray-lab", targets: ["Laboratory"]),
        .executable(name: "veilray-link", targets: ["LinkSimulatorTool"]),
        // For tests alone: loaded in front of the programs, as a clock that is set while they run.
        .library(name: "SettableClock", type: .dynamic, targets: ["SettableClock"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", exact: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", exact: "1.21.1"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    ],
    targets: [
        // C faces
        .target(name: "CAssertions", cxxSettings: checkedCallsOfCXX),
        .target(
            name: "CGDCM",
            dependencies: ["CAssertions"],
            cxxSettings: checkedCallsOfCXX,
            linkerSettings: ["gdcmMSFF", "gdcmDSED", "gdcmDICT", "gdcmCommon"].map { .linkedLibrary($0) }
        ),
        .target(name: "CCurl", cSettings: checkedCalls, linkerSettings: [.linkedLibrary("curl")]),
        .target(
            name: "CDCMTK", cxxSettings: checkedCallsOfCXX,
            linkerSettings: ["dcmtls", "dcmnet", "dcmdata", "oflog", "ofstd", "ssl", "crypto"].map { .linkedLibrary($0) }),
        .target(name: "CLinux", cSettings: checkedCalls),
        .target(
            name: "CTypesetting", cSettings: checkedCalls + [.unsafeFlags(pangoHeaders.flatMap { ["-isystem", $0] })],
            linkerSettings: ["pangocairo-1.0", "pango-1.0", "gobject-2.0", "cairo"].map { .linkedLibrary($0) }),
        // No library behind this one: the inner loops of the trellis codes, a version for each instruction set.
        .target(name: "CTrellis", cSettings: [.unsafeFlags(["-O2"], .when(configuration: .debug))]),
        // Nor behind this one: the draws of a shuffle.
        .target(name: "CShuffle", cSettings: [.unsafeFlags(["-O2"], .when(configuration: .debug))]),
        // Nor behind this one: the passes of the text detector over whole planes.
        .target(name: "CTextDetection", cSettings: [.unsafeFlags(["-O2"], .when(configuration: .debug))]),
        .target(name: "CJPEGXL", cSettings: checkedCalls, linkerSettings: [.linkedLibrary("jxl")]),
        .target(
            name: "COpenJPEG", dependencies: ["CAssertions"], cSettings: checkedCalls, cxxSettings: checkedCallsOfCXX,
            linkerSettings: [.linkedLibrary("openjp2")]),
        .target(
            name: "COpenJPH", dependencies: ["CAssertions"], cxxSettings: checkedCallsOfCXX, linkerSettings: [.linkedLibrary("openjph")]),
        // Without pkgConfig: Debian's libzmq.pc names include directories that SwiftPM warns of, and nothing in it is needed.
        .systemLibrary(name: "CZeroMQ", providers: [.apt(["libzmq3-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CZstandard", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),

        // The floor: each mechanism once, below everything that uses it
        .target(name: "Basics", dependencies: ["CLinux", swiftCrypto]),
        .target(name: "Files", dependencies: ["Basics", "CLinux", swiftCrypto]),
        .target(name: "Concurrency", dependencies: ["Basics", "CLinux"]),
        .target(name: "Operations", dependencies: ["Basics", "CLinux", "Concurrency", "Files", logging]),
        .target(name: "SeededRandomness", swiftSettings: optimisedEvenInDebug),
        .target(name: "Journal", dependencies: ["Basics", "Files", database]),

        // Images
        .target(
            name: "DICOM", dependencies: ["Basics", "CGDCM", "CJPEGXL", "COpenJPEG", "COpenJPH", "CZlib", swiftCrypto],
            swiftSettings: optimisedEvenInDebug),
        .target(
            name: "Ciphers", dependencies: ["Basics", "COpenSSL", "CShuffle", "SeededRandomness", swiftCrypto],
            swiftSettings: optimisedEvenInDebug),
        .target(name: "TextDetection", dependencies: ["CTextDetection"], swiftSettings: optimisedEvenInDebug),
        .target(
            name: "StegoKit",
            dependencies: [
                "Basics", "Ciphers", "Concurrency", "DICOM", "CTrellis", "CZstandard", "SeededRandomness", "TextDetection", swiftCrypto,
                swiftCryptoExtras,
            ],
            swiftSettings: optimisedEvenInDebug),
        .target(name: "Reports", dependencies: ["Basics", "CTypesetting", "DICOM", "Files", swiftCrypto]),
        .target(name: "Imaging", dependencies: ["DICOM", "CPNG"], swiftSettings: optimisedEvenInDebug),
        .target(name: "Marks", dependencies: ["Basics", "SeededRandomness", swiftCrypto], swiftSettings: optimisedEvenInDebug),
        .target(
            name: "MarkedImages", dependencies: ["Basics", "DICOM", "Files", "Imaging", "Marks", "StegoKit", swiftCrypto],
            swiftSettings: optimisedEvenInDebug),
        .target(
            name: "Evaluation", dependencies: ["Basics", "DICOM", "Imaging", "SeededRandomness", "StegoKit"],
            swiftSettings: optimisedEvenInDebug),
        .target(name: "ChildProcesses", dependencies: ["Basics", "CLinux", "Concurrency"]),
        .target(
            name: "CodecWorkers", dependencies: ["Basics", "ChildProcesses", "CLinux", "COpenJPH", "Concurrency", "DICOM", logging]),

        // Modalities: their associations, taken in confined children
        .target(name: "DICOMNetwork", dependencies: ["Basics", "CDCMTK", "ChildProcesses", "CLinux", "Concurrency", "DICOM", logging]),

        // The channel and what is said over it
        .target(name: "SecureChannel", dependencies: ["Basics", "CLinux", "COpenSSL", "CZeroMQ", "Concurrency"]),
        .target(
            name: "Protocol",
            dependencies: [
                "Basics", "Concurrency", "Files", "SecureChannel", logging, swiftCrypto,
                .product(name: "X509", package: "swift-certificates"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            exclude: ["Wire/veilray.proto"]
        ),

        // The engines
        .target(
            name: "Sending",
            dependencies: [
                "Basics", "CLinux", "Concurrency", "DICOM", "DICOMNetwork", "Files", "Journal", "Operations", "Protocol", "SecureChannel",
                "StegoKit", database, logging, swiftCrypto,
            ]),
        .target(
            name: "Receiving",
            dependencies: [
                "Basics", "CLinux", "ChildProcesses", "Concurrency", "DICOM", "DICOMNetwork", "Files", "Journal", "Operations", "Protocol",
                "SecureChannel", "StegoKit", database, logging, swiftCrypto,
            ]),

        .target(
            name: "Replying",
            dependencies: [
                "Basics", "ChildProcesses", "Concurrency", "DICOM", "Files", "Journal", "Protocol", "Receiving", "Reports", "Sending",
                "StegoKit", database, logging,
            ]),

        .target(
            name: "Clinic",
            dependencies: ["Basics", "Concurrency", "DICOMNetwork", "Operations", "Protocol", "Replying", "Sending"]),

        // The command lines
        .target(
            name: "CommandLineSupport",
            dependencies: [
                "Basics", "ChildProcesses", "CLinux", "CodecWorkers", "Concurrency", "DICOM", "DICOMNetwork", "Files", "Journal",
                "Operations", "Protocol", "SecureChannel", argumentParser, logging, yaml,
            ]),
        .target(
            name: "Experiments",
            dependencies: [
                "Basics", "CommandLineSupport", "Concurrency", "DICOM", "Evaluation", "Files", "Imaging", "Sending", "StegoKit",
            ]),
        .target(
            name: "MarkCommands",
            dependencies: [
                "Basics", "CommandLineSupport", "Concurrency", "Files", "MarkedImages", "Marks", "Protocol", argumentParser,
            ]),
        .target(
            name: "SendingCommandLine",
            dependencies: [
                "Basics", "ChildProcesses", "Clinic", "CommandLineSupport", "DICOM", "DICOMNetwork", "Files", "Journal", "Protocol",
                "Receiving", "Replying", "Sending", "StegoKit", argumentParser, logging,
            ]),
        .executableTarget(
            name: "Sender",
            dependencies: [
                "Basics", "Clinic", "CodecWorkers", "CommandLineSupport", "Concurrency", "DICOMNetwork", "Evaluation", "Experiments",
                "Files", "MarkCommands", "Operations", "Protocol", "Replying", "Sending", "SendingCommandLine", "StegoKit",
                argumentParser,
            ]
        ),
        .executableTarget(
            name: "Receiver",
            dependencies: [
                "Basics", "ChildProcesses", "CodecWorkers", "CommandLineSupport", "Concurrency", "DICOM", "DICOMNetwork", "Files",
                "MarkCommands", "Operations", "Protocol", "Receiving", "Replying", "Reports", "Sending", argumentParser,
            ]
        ),
        .executableTarget(name: "Demonstration", dependencies: ["Basics", "DICOM", "Imaging", "SeededRandomness", argumentParser]),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "Basics", "CodecWorkers", "Concurrency", "DICOM", "Evaluation", "Files", "Imaging", "Journal", "MarkedImages", "Marks",
                "Operations", "Protocol", "SecureChannel", "SeededRandomness", "StegoKit", "TextDetection", argumentParser, database,
                swiftCrypto,
            ]
        ),
        .executableTarget(
            name: "Laboratory",
            dependencies: [
                "Basics", "CCurl", "Ciphers", "CodecWorkers", "Concurrency", "DICOM", "Evaluation", "Files", "Imaging", "Operations",
                "SeededRandomness", "StegoKit", argumentParser,
            ]
        ),

        // A slow, distant, broken link for tests and benches
        .target(name: "LinkSimulator", dependencies: ["Basics", "CLinux", "SeededRandomness"], path: "Tests/LinkSimulator"),
        .executableTarget(
            name: "LinkSimulatorTool", dependencies: ["Basics", "LinkSimulator", argumentParser], path: "Tests/LinkSimulatorTool"),
        .target(name: "SettableClock", path: "Tests/SettableClock"),
        .testTarget(name: "LinkSimulatorTests", dependencies: ["LinkSimulator", "SeededRandomness"]),

        // What tests share: folders, the corpus, programs of others
        .target(
            name: "TestSupport", dependencies: ["Basics", "ChildProcesses", "Concurrency", "SeededRandomness"], path: "Tests/TestSupport",
            swiftSettings: optimisedEvenInDebug),

        // Tests mirror the sources
        .testTarget(name: "BasicsTests", dependencies: ["Basics", "SeededRandomness"]),
        .testTarget(name: "FilesTests", dependencies: ["TestSupport", "Basics", "Concurrency", "Files"]),
        .testTarget(name: "ConcurrencyTests", dependencies: ["Concurrency"]),
        .testTarget(name: "OperationsTests", dependencies: ["TestSupport", "Basics", "CLinux", "Operations"]),
        .testTarget(name: "JournalTests", dependencies: ["Journal", database]),
        .testTarget(
            name: "DICOMTests", dependencies: ["TestSupport", "DICOM", "CGDCM", "SeededRandomness"], swiftSettings: optimisedEvenInDebug),
        .executableTarget(
            name: "TestCodecWorker", dependencies: ["CLinux", "CodecWorkers"], path: "Tests/TestCodecWorker"),
        .testTarget(
            name: "CodecWorkersTests", dependencies: ["CLinux", "CodecWorkers", "DICOM", "SeededRandomness", "TestCodecWorker"]),
        .executableTarget(name: "TestDoorWorker", dependencies: ["CLinux", "DICOMNetwork"], path: "Tests/TestDoorWorker"),
        .testTarget(
            name: "DICOMNetworkTests",
            dependencies: ["TestSupport", "Basics", "Concurrency", "DICOM", "DICOMNetwork", "SeededRandomness", "TestDoorWorker"],
            exclude: ["Judges"]),
        .executableTarget(name: "TestBlindServer", dependencies: ["Ciphers"], path: "Tests/TestBlindServer"),
        .testTarget(
            name: "CiphersTests", dependencies: ["TestSupport", "TestBlindServer", "Basics", "Ciphers", "SeededRandomness", swiftCrypto],
            exclude: ["Judges"]),
        .testTarget(
            name: "TextDetectionTests", dependencies: ["CTextDetection", "Imaging", "SeededRandomness", "TextDetection"],
            swiftSettings: optimisedEvenInDebug),
        .testTarget(
            name: "StegoKitTests",
            dependencies: [
                "TestSupport", "Basics", "Ciphers", "StegoKit", "DICOM", "Imaging", "SeededRandomness", "TextDetection", swiftCrypto,
            ],
            swiftSettings: optimisedEvenInDebug),
        .testTarget(
            name: "MarksTests", dependencies: ["TestSupport", "Basics", "Marks", "SeededRandomness", swiftCrypto], exclude: ["Judges"],
            swiftSettings: optimisedEvenInDebug),
        .testTarget(
            name: "ReportsTests", dependencies: ["TestSupport", "Basics", "DICOM", "Files", "Reports", "SeededRandomness"]),
        .testTarget(
            name: "ReplyingTests",
            dependencies: [
                "TestSupport", "Basics", "Concurrency", "DICOM", "Files", "Protocol", "Receiving", "Replying", "Reports", "Sending",
            ]),
        .testTarget(
            name: "MarkedImagesTests",
            dependencies: ["TestSupport", "Basics", "DICOM", "Imaging", "MarkedImages", "Marks", "SeededRandomness", swiftCrypto],
            exclude: ["Judges"], swiftSettings: optimisedEvenInDebug),
        .testTarget(name: "ImagingTests", dependencies: ["Imaging", "CPNG", "DICOM"]),
        .testTarget(
            name: "EvaluationTests", dependencies: ["TestSupport", "DICOM", "Evaluation", "Imaging", "SeededRandomness", "StegoKit"],
            exclude: ["Judges"], swiftSettings: optimisedEvenInDebug),
        .testTarget(
            name: "SecureChannelTests", dependencies: ["TestSupport", "Concurrency", "SecureChannel", "LinkSimulator", "SeededRandomness"]),
        .testTarget(
            name: "ProtocolTests",
            dependencies: ["TestSupport", "Basics", "Concurrency", "Protocol", "SecureChannel", "SeededRandomness", swiftCrypto]),
        .testTarget(
            name: "SendingTests",
            dependencies: [
                "TestSupport", "Basics", "CLinux", "Concurrency", "DICOM", "Files", "Journal", "Protocol", "SecureChannel",
                "SeededRandomness", "Sending", "StegoKit", database, swiftCrypto,
            ]),
        .testTarget(
            name: "ReceivingTests",
            dependencies: [
                "TestSupport", "Basics", "Concurrency", "DICOM", "DICOMNetwork", "Files", "Journal", "Operations", "Protocol",
                "Receiving", "SeededRandomness", "StegoKit", database,
            ]),
        .testTarget(
            name: "CommandLineSupportTests",
            dependencies: [
                "TestSupport", "Basics", "CLinux", "CommandLineSupport", "Files", "Protocol", "SecureChannel", argumentParser,
            ]),
        .testTarget(
            name: "SendingCommandLineTests",
            dependencies: [
                "Basics", "CommandLineSupport", "DICOM", "Files", "Protocol", "Sending", "SendingCommandLine", "StegoKit", argumentParser,
            ]),
        .testTarget(
            name: "SenderTests",
            dependencies: [
                "CommandLineSupport", "Concurrency", "DICOM", "Experiments", "Sender", "StegoKit", argumentParser,
            ]),
        .testTarget(name: "ReceiverTests", dependencies: ["Receiver"]),
        .testTarget(
            name: "LaboratoryTests", dependencies: ["TestSupport", "Ciphers", "Concurrency", "Laboratory"], exclude: ["Judges"]),
        .testTarget(name: "DemonstrationTests", dependencies: ["Demonstration", "DICOM", "Imaging", "SeededRandomness"]),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "TestSupport", "Basics", "ChildProcesses", "CommandLineSupport", "Concurrency", "DICOM", "Demonstration", "Files",
                "LinkSimulator", "Protocol", "Receiver", "Receiving", "SecureChannel", "SeededRandomness", "Sender", "Sending", database,
                swiftCrypto,
            ],
            exclude: ["Judges"], swiftSettings: optimisedEvenInDebug),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)

// What both programs are fuzzed with (docs/fuzzing.md). Every build of the tests repeats the corpus. Where VEILRAY_LIBFUZZER names
// libFuzzer's archive, every target counts the edges that it takes, and `veilray-fuzz` is there instead.
let fuzzed: [Target.Dependency] = [
    "Basics", "Ciphers", "CodecWorkers", "CommandLineSupport", "DICOM", "DICOMNetwork", "MarkedImages", "Marks", "Protocol", "Receiving",
    "SecureChannel", "SeededRandomness", "Sending", "StegoKit", swiftCrypto,
]
if let libFuzzer = Context.environment["VEILRAY_LIBFUZZER"] {
    let counters = "edge,inline-8bit-counters,pc-table,trace-cmp"
    package.products.append(.executable(name: "veilray-fuzz", targets: ["Fuzz"]))
    package.targets.append(
        .executableTarget(
            name: "Fuzz", dependencies: fuzzed, path: "Fuzz", exclude: ["corpus", "Replay"], sources: ["Targets", "Program"],
            linkerSettings: [.unsafeFlags(["-use-ld=lld", libFuzzer]), .linkedLibrary("stdc++")]))
    for target in package.targets where target.type == .regular || target.type == .executable {
        target.swiftSettings = (target.swiftSettings ?? []) + [.unsafeFlags(["-sanitize-coverage=\(counters)", "-enable-testing"])]
        target.cSettings = (target.cSettings ?? []) + [.unsafeFlags(["-fsanitize-coverage=\(counters)"])]
        target.cxxSettings = (target.cxxSettings ?? []) + [.unsafeFlags(["-fsanitize-coverage=\(counters)"])]
    }
} else {
    package.targets.append(
        .testTarget(
            name: "FuzzTests", dependencies: fuzzed, path: "Fuzz", exclude: ["corpus", "Program"], sources: ["Targets", "Replay"],
            swiftSettings: optimisedEvenInDebug))
}

// `VEILRAY_ONLY=StegoKitTests,DICOMTests swift test` builds and runs these targets and what they need, not the whole house.
if let only = Context.environment["VEILRAY_ONLY"] {
    let targets = Dictionary(uniqueKeysWithValues: package.targets.map { ($0.name, $0) })
    var needed: Set<String> = []
    var open = only.split(separator: ",").map(String.init)
    while let name = open.popLast() {
        guard needed.insert(name).inserted else { continue }
        open += (targets[name]?.dependencies ?? []).compactMap { dependency in
            switch dependency {
            case .byNameItem(let name, _), .targetItem(let name, _): name
            default: nil
            }
        }
    }
    package.targets.removeAll { !needed.contains($0.name) }
    package.products.removeAll { ($0 as? Product.Executable)?.targets.allSatisfy(needed.contains) != true }
}
