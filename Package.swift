// swift-tools-version: 6.1
import PackageDescription

// Layers, lowest first; imports only go down. See docs/architecture.md.
//
//   CAssertions                                      failed assertions of codecs leave the call
//   CGDCM COpenJPEG COpenJPH CLinux CZeroMQ COpenSSL CZstandard CZlib CPNG     C faces of the libraries
//   CTrellis                                         the inner loops of the trellis codes
//   SeededRandomness                                 numbers that a seed determines
//   DICOM                                            files, headers, pixel data, codecs, de-identification
//   StegoKit                  SecureChannel          hiding and sealing | TLS-wrapped ZeroMQ
//                             Protocol               identity, key negotiation, sessions, receipts
//   ChildProcesses                                   starting and ending child processes
//   CodecWorkers                                     codecs of foreign bytes in confined child processes
//   Imaging                                          pictures for people: windows, canvases, PNG
//   Evaluation                                       what each way of hiding costs and who notices it
//   Journal                                          what both programs remember across power cuts (SQLite)
//   CommandLineSupport                               what both command lines share
//   Sender                    Receiver               the two programs

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

let package = Package(
    name: "veilray",
    products: [
        .executable(name: "veilray-send", targets: ["Sender"]),
        .executable(name: "veilray-receive", targets: ["Receiver"]),
        .executable(name: "veilray-demo", targets: ["Demonstration"]),
        .executable(name: "veilray-bench", targets: ["Benchmarks"]),
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
        .target(name: "CLinux", cSettings: checkedCalls),
        // No library behind this one: the inner loops of the trellis codes, a version for each instruction set.
        .target(name: "CTrellis", cSettings: [.unsafeFlags(["-O2"], .when(configuration: .debug))]),
        .target(name: "COpenJPEG", cSettings: checkedCalls, linkerSettings: [.linkedLibrary("openjp2")]),
        .target(
            name: "COpenJPH", dependencies: ["CAssertions"], cxxSettings: checkedCallsOfCXX, linkerSettings: [.linkedLibrary("openjph")]),
        // Without pkgConfig: Debian's libzmq.pc names include directories that SwiftPM warns of, and nothing in it is needed.
        .systemLibrary(name: "CZeroMQ", providers: [.apt(["libzmq3-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CZstandard", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),

        // The layers
        .target(name: "SeededRandomness", swiftSettings: optimisedEvenInDebug),
        .target(
            name: "DICOM", dependencies: ["CGDCM", "COpenJPEG", "COpenJPH", "CZlib", swiftCrypto], swiftSettings: optimisedEvenInDebug),
        .target(
            name: "StegoKit", dependencies: ["DICOM", "CTrellis", "CZstandard", "SeededRandomness", swiftCrypto, swiftCryptoExtras],
            swiftSettings: optimisedEvenInDebug),
        .target(
            name: "Evaluation", dependencies: ["DICOM", "Imaging", "SeededRandomness", "StegoKit"], swiftSettings: optimisedEvenInDebug),
        .target(name: "SecureChannel", dependencies: ["CLinux", "COpenSSL", "CZeroMQ"]),
        .target(
            name: "Protocol",
            dependencies: [
                "CLinux", "SecureChannel", swiftCrypto,
                .product(name: "X509", package: "swift-certificates"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            exclude: ["Messages/veilray.proto"]
        ),
        .target(name: "ChildProcesses", dependencies: ["CLinux"]),
        .target(name: "CodecWorkers", dependencies: ["ChildProcesses", "CLinux", "COpenJPH", "DICOM", logging]),
        .target(name: "Imaging", dependencies: ["DICOM", "CPNG"], swiftSettings: optimisedEvenInDebug),
        .target(name: "Journal", dependencies: [database]),
        .target(
            name: "CommandLineSupport",
            dependencies: ["CLinux", "CodecWorkers", "Journal", "Protocol", "SecureChannel", argumentParser, logging, yaml]),

        // The programs
        .executableTarget(
            name: "Sender",
            dependencies: [
                "CLinux", "CodecWorkers", "DICOM", "StegoKit", "Imaging", "Evaluation", "Protocol", "SecureChannel", "Journal",
                "CommandLineSupport",
                argumentParser, database, logging, swiftCrypto,
            ]
        ),
        .executableTarget(
            name: "Receiver",
            dependencies: [
                "CLinux", "CodecWorkers", "DICOM", "StegoKit", "Protocol", "SecureChannel", "Journal", "CommandLineSupport",
                argumentParser,
                database, logging,
            ]
        ),
        .executableTarget(name: "Demonstration", dependencies: ["DICOM", "Imaging", "SeededRandomness", argumentParser]),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "DICOM", "StegoKit", "Protocol", "SecureChannel", "SeededRandomness", "Journal", "CommandLineSupport", "CodecWorkers",
                argumentParser, database, swiftCrypto,
            ]
        ),

        // A slow, distant, broken link for tests and benches
        .target(name: "LinkSimulator", dependencies: ["CLinux", "SeededRandomness"], path: "Tests/LinkSimulator"),
        .executableTarget(name: "LinkSimulatorTool", dependencies: ["LinkSimulator", argumentParser], path: "Tests/LinkSimulatorTool"),
        .target(name: "SettableClock", path: "Tests/SettableClock"),
        .testTarget(name: "LinkSimulatorTests", dependencies: ["LinkSimulator", "SeededRandomness"]),

        // What tests share: folders, the corpus, programs of others
        .target(
            name: "TestSupport", dependencies: ["ChildProcesses", "SecureChannel", "SeededRandomness"], path: "Tests/TestSupport",
            swiftSettings: optimisedEvenInDebug),

        // Tests mirror the sources
        .testTarget(
            name: "DICOMTests", dependencies: ["TestSupport", "DICOM", "CGDCM", "SeededRandomness"], swiftSettings: optimisedEvenInDebug),
        .executableTarget(
            name: "TestCodecWorker", dependencies: ["CLinux", "CodecWorkers"], path: "Tests/TestCodecWorker"),
        .testTarget(
            name: "CodecWorkersTests", dependencies: ["CLinux", "CodecWorkers", "DICOM", "SeededRandomness", "TestCodecWorker"]),
        .testTarget(
            name: "StegoKitTests", dependencies: ["TestSupport", "StegoKit", "DICOM", "SeededRandomness", swiftCrypto],
            swiftSettings: optimisedEvenInDebug),
        .testTarget(
            name: "EvaluationTests", dependencies: ["TestSupport", "DICOM", "Evaluation", "Imaging", "SeededRandomness", "StegoKit"],
            exclude: ["Judges"], swiftSettings: optimisedEvenInDebug),
        .testTarget(name: "SecureChannelTests", dependencies: ["TestSupport", "SecureChannel", "LinkSimulator", "SeededRandomness"]),
        .testTarget(name: "ProtocolTests", dependencies: ["TestSupport", "Protocol", "SecureChannel", "SeededRandomness", swiftCrypto]),
        .testTarget(
            name: "CommandLineSupportTests",
            dependencies: ["TestSupport", "CLinux", "CommandLineSupport", "Protocol", "SecureChannel", argumentParser]),
        .testTarget(name: "ImagingTests", dependencies: ["Imaging", "CPNG", "DICOM"]),
        .testTarget(name: "JournalTests", dependencies: ["Journal", database]),
        .testTarget(
            name: "SenderTests",
            dependencies: [
                "TestSupport", "Sender", "CLinux", "CommandLineSupport", "DICOM", "Evaluation", "Journal", "Protocol", "SecureChannel",
                "SeededRandomness", "StegoKit", argumentParser, database, swiftCrypto,
            ]),
        .testTarget(
            name: "ReceiverTests",
            dependencies: [
                "TestSupport", "Receiver", "CommandLineSupport", "DICOM", "Journal", "Protocol", "SeededRandomness", "StegoKit", database,
            ]),
        .testTarget(name: "DemonstrationTests", dependencies: ["Demonstration", "DICOM", "Imaging", "SeededRandomness"]),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "TestSupport", "ChildProcesses", "CommandLineSupport", "DICOM", "Sender", "Receiver", "Demonstration", "LinkSimulator",
                "Protocol",
                "SecureChannel", "SeededRandomness", database, swiftCrypto,
            ],
            exclude: ["Judges"]),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)

// Fuzzing alone (docs/fuzzing.md): where VEILRAY_LIBFUZZER names libFuzzer's archive, every target counts the edges that it takes, and
// `veilray-fuzz` is there. Any other build knows nothing of it.
if let libFuzzer = Context.environment["VEILRAY_LIBFUZZER"] {
    let counters = "edge,inline-8bit-counters,pc-table,trace-cmp"
    package.products.append(.executable(name: "veilray-fuzz", targets: ["Fuzz"]))
    package.targets.append(
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "CodecWorkers", "CommandLineSupport", "DICOM", "Protocol", "SecureChannel", "SeededRandomness", "StegoKit", swiftCrypto,
            ],
            path: "Fuzz/Sources",
            linkerSettings: [.unsafeFlags(["-use-ld=lld", libFuzzer]), .linkedLibrary("stdc++")]))
    for target in package.targets where target.type == .regular || target.type == .executable {
        target.swiftSettings = (target.swiftSettings ?? []) + [.unsafeFlags(["-sanitize-coverage=\(counters)", "-enable-testing"])]
        target.cSettings = (target.cSettings ?? []) + [.unsafeFlags(["-fsanitize-coverage=\(counters)"])]
        target.cxxSettings = (target.cxxSettings ?? []) + [.unsafeFlags(["-fsanitize-coverage=\(counters)"])]
    }
}
