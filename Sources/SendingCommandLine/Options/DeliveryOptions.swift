import ArgumentParser
import Sending

/// Options of every command that delivers.
package struct DeliveryOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Write figures in Prometheus' text format to this file every few seconds.",
            discussion: "For the node exporter's textfile collector the name has to end in .prom.", valueName: "file"), completion: .file())
    package var metrics: String?

    package init() {}
}
