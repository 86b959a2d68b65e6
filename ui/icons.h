#pragma once

#include <QColor>
#include <QIcon>
#include <QLatin1StringView>

class QPainter;
class QRectF;

namespace hearth::icons {

/// One of our own icons (resources/icons), drawn in `color` at any size and scale. Disabled, it is drawn in
/// `disabled` where that is given.
[[nodiscard]] QIcon tinted(QLatin1StringView name, const QColor &color, const QColor &disabled = {});

/// Paints one into a rectangle, for delegates.
void paint(QPainter &painter, const QRectF &rect, QLatin1StringView name, const QColor &color);

/// The program's own, in its own colours.
[[nodiscard]] QIcon application();

} // namespace hearth::icons
