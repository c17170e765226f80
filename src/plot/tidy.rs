//! From the elements that plotters wrote to a compact, accessible document.
//!
//! plotters writes one element a line in whole units; here a unit is a tenth of a CSS pixel. Neighbours of one look
//! become one path (a barcode of thousands of bars is one element per dimension), defaults are left out, and the
//! document gets its role, its text alternative and its font. Markup in words is escaped by plotters, so the patterns
//! looked for can only be markup.

use std::fmt::Write as _;

/// Units per CSS pixel.
pub(super) const UNIT: f64 = 10.0;

/// A complete SVG document from what plotters wrote.
pub(super) fn document(drawn: &str, (width, height): (u32, u32), words: &str) -> String {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" font-family=\"system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif\" \
         style=\"font-variant-numeric: tabular-nums\">\n<title>{}</title>\n<g transform=\"scale(0.1)\">\n",
        escape(words)
    );
    let mut run = Run::default();
    let mut lines = drawn.lines();
    while let Some(line) = lines.next() {
        if let Some((look, path)) = mergeable(line) {
            run.add(&mut svg, look, &path);
            continue;
        }
        run.end(&mut svg);
        if line.starts_with("<text") {
            let content = lines.next().unwrap_or_default();
            let _ = writeln!(svg, "{}{content}</text>", opening_of_text(line));
        } else if line.starts_with("<circle") || line.starts_with("<polygon") {
            let shape = line.replace(" opacity=\"1\"", "").replace(" stroke=\"none\" stroke-width=\"1\"", "");
            svg.push_str(&shape.replace(" \"/>", "\"/>"));
            svg.push('\n');
        }
    }
    run.end(&mut svg);
    svg.push_str("</g>\n</svg>\n");
    svg
}

/// Elements of one look in a row.
#[derive(Default)]
struct Run {
    look: String,
    path: String,
}

impl Run {
    fn add(&mut self, svg: &mut String, look: String, path: &str) {
        if look != self.look {
            self.end(svg);
            self.look = look;
        }
        self.path.push_str(path);
    }

    fn end(&mut self, svg: &mut String) {
        if !self.path.is_empty() {
            let _ = writeln!(svg, "<path {} d=\"{}\"/>", self.look, self.path);
        }
        self.path.clear();
        self.look.clear();
    }
}

/// Look and path data of a filled rectangle or a line.
fn mergeable(line: &str) -> Option<(String, String)> {
    let opacity = match attribute(line, "opacity") {
        None | Some("1") => String::new(),
        Some(value) => format!(" opacity=\"{value}\""),
    };
    if line.starts_with("<rect") {
        let [x, y, w, h] = ["x", "y", "width", "height"].map(|name| attribute(line, name).unwrap_or("0"));
        let fill = attribute(line, "fill")?;
        return Some((format!("fill=\"{fill}\"{opacity}"), format!("M{x} {y}h{w}v{h}h-{w}z")));
    }
    let path = if line.starts_with("<line") {
        let [x1, y1, x2, y2] = ["x1", "y1", "x2", "y2"].map(|name| attribute(line, name).unwrap_or("0"));
        format!("M{x1} {y1}L{x2} {y2}")
    } else if line.starts_with("<polyline") {
        let points = attribute(line, "points")?.trim_end().replace(' ', "L").replace(',', " ");
        format!("M{points}")
    } else {
        return None;
    };
    let stroke = attribute(line, "stroke")?;
    let width = attribute(line, "stroke-width").unwrap_or("1");
    let look = format!("fill=\"none\" stroke=\"{stroke}\" stroke-width=\"{width}\" stroke-linejoin=\"round\"{opacity}");
    Some((look, path))
}

/// The opening tag of a text without what the document says for all.
fn opening_of_text(line: &str) -> String {
    let mut tag = String::from("<text");
    for name in ["x", "y", "dy", "text-anchor", "font-size", "font-weight", "opacity", "fill", "transform"] {
        let Some(value) = attribute(line, name) else { continue };
        if matches!((name, value), ("text-anchor", "start") | ("opacity", "1")) {
            continue;
        }
        let _ = match (name, value.parse::<f64>()) {
            ("font-size", Ok(size)) => write!(tag, " font-size=\"{}\"", size.round()),
            ("font-weight", _) => write!(tag, " font-weight=\"600\""),
            _ => write!(tag, " {name}=\"{value}\""),
        };
    }
    tag.push('>');
    tag
}

fn attribute<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = line;
    while let Some(start) = rest.find(name) {
        let after = &rest[start + name.len()..];
        if rest[..start].ends_with(' ') && after.starts_with("=\"") {
            return after[2..].split('"').next();
        }
        rest = after;
    }
    None
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
