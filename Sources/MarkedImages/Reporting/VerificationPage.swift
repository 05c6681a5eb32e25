import Marks

/// The whole page: a summary, the series as strips, and a section for each file that needs one.
struct VerificationPage {
    let files: [FileVerification]
    let series: [SeriesVerification]
    let sections: [String]
    let anchor: (Int) -> String

    var html: String {
        """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>Marks: what was found</title><style>\(Self.style)</style></head><body>
        <h1>Marks: what was found</h1>
        \(summary)
        \(series.map(strip).joined(separator: "\n"))
        \(sections.joined(separator: "\n"))
        <p class="note">Cells that differ are tinted vermilion, blocks of other images purple, forged blocks yellow. A missing mark proves
        nothing unless the issuer marks everything. Nothing is said of what happened before the first mark.</p>
        </body></html>
        """
    }

    private var summary: String {
        let counts = Dictionary(files.map { ($0.verdict, 1) }, uniquingKeysWith: +)
        let rows = FileVerification.Verdict.allCases.compactMap { verdict in
            counts[verdict].map { "<tr class=\"\(verdict.rawValue)\"><td>\($0)</td><td>\(MarkupText.escaped(verdict.words))</td></tr>" }
        }
        return "<table class=\"summary\"><tr><th>Files</th><th>Verdict</th></tr>\(rows.joined())</table>"
    }

    /// One rectangle for each place of the series that was marked: coloured by the file's verdict, empty where the image is missing.
    private func strip(_ verification: SeriesVerification) -> String {
        let title = "<h2>Series \(MarkupText.escaped(verification.series))</h2>"
        let findings = verification.findings.map { "<li>\(MarkupText.escaped($0.words(verification.manifest)))</li>" }.joined()
        let list =
            findings.isEmpty ? "<p>Every image of the series is there, once, and in its place.</p>" : "<ul class=\"bad\">\(findings)</ul>"
        var cells: [String] = []
        let images = verification.manifest?.images ?? []
        for (place, image) in images.enumerated() {
            let file = verification.files.first { $0.present.contains { $0.instance == image.instance && $0.frame == image.frame } }
            cells.append(cell(file, title: "\(place + 1): \(file?.name ?? "missing")"))
        }
        let known = Set(images.map(\.instance))
        for file in verification.files where !file.present.contains(where: { known.contains($0.instance) }) {
            cells.append(cell(file, title: "not in the series: \(file.name)"))
        }
        return "\(title)\(list)<div class=\"strip\">\(cells.joined())</div>"
    }

    private func cell(_ file: FileVerification?, title: String) -> String {
        guard let file else { return "<span class=\"cell missing\" title=\"\(MarkupText.escaped(title))\"></span>" }
        let target = files.firstIndex { $0.path == file.path }.map { " href=\"#\(anchor($0))\"" } ?? ""
        return "<a class=\"cell \(file.verdict.rawValue)\"\(target) title=\"\(MarkupText.escaped(title))\"></a>"
    }

    private static let style = """
        body{font:15px/1.45 system-ui,sans-serif;max-width:66rem;margin:2rem auto;padding:0 1rem;color:#222}
        h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2rem;overflow-wrap:anywhere}
        table{border-collapse:collapse;margin:.6rem 0}td,th{padding:.25rem .7rem;text-align:left;border-bottom:1px solid #ddd;vertical-align:top}
        section{border-top:2px solid #bbb;margin-top:2rem;padding-top:.3rem}img{max-width:100%;border:1px solid #888;image-rendering:auto}
        .badge{display:inline-block;padding:.15rem .6rem;border-radius:.3rem;color:#fff;background:#777}
        .strip{display:flex;flex-wrap:wrap;gap:2px;margin:.5rem 0}.cell{width:14px;height:34px;background:#777;display:block}
        .intact,.badge.intact{background:#009e73}.mark-touched{background:#56b4e9}.header-changed{background:#e69f00}
        .tampered,.forged{background:#d55e00}.foreign{background:#cc79a7}.rearranged,.custody-broken{background:#0072b2}
        .missing{background:repeating-linear-gradient(45deg,#fff,#fff 4px,#d55e00 4px,#d55e00 6px)}
        .summary tr[class]{background:none}.summary tr[class] td:first-child{border-left:.5rem solid #777}
        .summary tr.intact td:first-child{border-color:#009e73}.summary tr.tampered td:first-child,.summary tr.forged td:first-child{border-color:#d55e00}
        .summary tr.foreign td:first-child{border-color:#cc79a7}.summary tr.header-changed td:first-child{border-color:#e69f00}
        .chain{list-style:none;padding-left:.4rem;border-left:3px solid #0072b2}.chain li{padding:.2rem 0 .5rem 1rem;position:relative}
        .chain li:before{content:"";position:absolute;left:-.62rem;top:.6rem;width:.7rem;height:.7rem;border-radius:50%;background:#0072b2}
        .chain li.fault:before{background:#d55e00}.bad{color:#a33c00}.note{color:#666;font-size:.9rem;margin-top:2rem}
        """
}
