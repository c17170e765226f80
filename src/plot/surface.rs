//! The SVG backend of plotters, measuring text from a table.
//!
//! In a browser plotters asks the page how wide a word is, which fails in a worker. This wrapper answers itself and
//! passes every drawing on: the trait's own defaults would turn shapes into pixels.

use super::text;
use plotters::backend::SVGBackend;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};

/// plotters writes a font size of its own size divided by this.
pub(super) const FONT_FACTOR: f64 = 1.24;

/// Writes SVG elements, one a line.
pub(super) struct Surface<'a>(SVGBackend<'a>);

type Failure = <SVGBackend<'static> as DrawingBackend>::ErrorType;
type Outcome = Result<(), DrawingErrorKind<Failure>>;

impl<'a> Surface<'a> {
    pub(super) fn new(svg: &'a mut String, size: (u32, u32)) -> Self {
        Self(SVGBackend::with_string(svg, size))
    }
}

impl DrawingBackend for Surface<'_> {
    type ErrorType = Failure;

    fn get_size(&self) -> (u32, u32) {
        self.0.get_size()
    }

    fn ensure_prepared(&mut self) -> Outcome {
        self.0.ensure_prepared()
    }

    fn present(&mut self) -> Outcome {
        self.0.present()
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Outcome {
        self.0.draw_pixel(point, color)
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Outcome {
        self.0.draw_line(from, to, style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        upper_left: BackendCoord,
        bottom_right: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Outcome {
        self.0.draw_rect(upper_left, bottom_right, style, fill)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Outcome {
        self.0.draw_path(path, style)
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Outcome {
        self.0.draw_circle(center, radius, style, fill)
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        vertices: I,
        style: &S,
    ) -> Outcome {
        self.0.fill_polygon(vertices, style)
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, position: BackendCoord) -> Outcome {
        self.0.draw_text(text, style, position)
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<Failure>> {
        let size = style.size() / FONT_FACTOR;
        Ok((text::width(text, size).ceil() as u32, (1.2 * size).ceil() as u32))
    }

    fn blit_bitmap(&mut self, position: BackendCoord, size: (u32, u32), pixels: &[u8]) -> Outcome {
        self.0.blit_bitmap(position, size, pixels)
    }
}
