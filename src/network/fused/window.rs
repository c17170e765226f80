//! How a window moves over positions.

use tract_onnx::pb::NodeProto;

use super::view::{sizes, with_sizes};
use crate::network::attributes::attribute;

/// Sizes and steps, each down and to the right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Window {
    /// Height and width of the window.
    pub(super) kernel: [usize; 2],
    /// From one window to the next.
    pub(super) stride: [usize; 2],
    /// From one position within a window to the next.
    pub(super) dilation: [usize; 2],
    /// Zeros above, left, below, right.
    pub(super) pads: [usize; 4],
}

impl Window {
    /// As the attributes of an ONNX node say, if there are two axes and all is written out.
    pub(super) fn of(node: &NodeProto) -> Option<Self> {
        let is_explicit = attribute(node, "auto_pad").is_none_or(|a| a.s == b"NOTSET");
        let window = Self {
            kernel: sizes(node, "kernel_shape", 0, 1)?,
            stride: sizes(node, "strides", 1, 1)?,
            dilation: sizes(node, "dilations", 1, 1)?,
            pads: sizes(node, "pads", 0, 0)?,
        };
        (is_explicit && window.kernel != [0; 2]).then_some(window)
    }

    /// Writes it into such a node.
    pub(super) fn on(&self, node: NodeProto) -> NodeProto {
        let node = with_sizes(node, "kernel_shape", &self.kernel);
        let node = with_sizes(node, "strides", &self.stride);
        with_sizes(with_sizes(node, "dilations", &self.dilation), "pads", &self.pads)
    }

    /// Positions of the window.
    pub(super) fn n_positions(&self) -> usize {
        self.kernel[0] * self.kernel[1]
    }

    /// Height and width with padding.
    pub(super) fn padded(&self, [height, width]: [usize; 2]) -> [usize; 2] {
        let [top, left, bottom, right] = self.pads;
        [height + top + bottom, width + left + right]
    }

    /// Height and width of what comes out.
    pub(super) fn output(&self, size: [usize; 2]) -> [usize; 2] {
        let full = self.padded(size);
        std::array::from_fn(|axis| {
            let reach = self.dilation[axis] * (self.kernel[axis] - 1) + 1;
            full[axis].checked_sub(reach).map_or(0, |room| room / self.stride[axis] + 1)
        })
    }
}
