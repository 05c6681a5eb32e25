import Basics

/// The style of this target's pages. The colours stay apart for every common kind of colour blindness.
enum PageStyle {
    static let css = """
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
        .identical,.same,.badge.same,.badge.identical{background:#009e73}.alike{background:#56b4e9}.header-differs{background:#e69f00}
        .differs{background:#d55e00}.not-assessable{background:#777}.badge.missing{background:#0072b2}.added{background:#cc79a7}
        """
}

/// Text for a page of HTML.
enum MarkupText {
    /// The text with the five characters replaced that mean something in HTML, and without characters that steer anything.
    static func escaped(_ text: String) -> String {
        PlainText.harmless(text, limit: nil).escapedForHTML
    }
}
