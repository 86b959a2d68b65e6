#pragma once

namespace hearth {

/// The style of the application, and fonts in which emoji are pictures: systems have drawings in black of some of them
/// in other fonts, and take those first. Call it before the first window.
void setUpAppearance();

} // namespace hearth
