//! Figures as SVG text: pure functions of values and size, equal natively and in the browser.
