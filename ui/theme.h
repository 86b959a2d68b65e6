#pragma once

#include "protocol/ids.h"

#include <QColor>
#include <QPalette>
#include <QString>

namespace hearth {

/// The colours of the window (look.md), for a light or a dark palette of the system. The only place where colour
/// literals stand. Where the system's palette is one of high contrast, the palette's own roles are taken.
struct Theme
{
    bool isDark = false;
    bool isHighContrast = false;
    QColor window; ///< behind the timeline
    QColor surface; ///< composer, cards, dialogs, menus
    QColor sidebar;
    QColor text;
    QColor dim; ///< times, hints
    QColor border;
    QColor accent;
    QColor onAccent;
    QColor mention; ///< row that names me
    QColor error;
    QColor warn;
    QColor ok;
    QColor link;
    QColor hover; ///< row under the pointer
    QColor selected; ///< the room in view

    [[nodiscard]] static Theme from(const QPalette &palette);
    /// For the application's palette as it is now.
    [[nodiscard]] static Theme current();
    /// Codes for cameras are black on white in every theme: many readers take them in no other way.
    [[nodiscard]] static QColor codeInk();
    [[nodiscard]] static QColor codePaper();

    /// A person's own: one of 12 hues, readable as text on `window` and `mention`.
    [[nodiscard]] QColor personColor(const UserName &name) const;
    /// On a disc of the person's colour.
    [[nodiscard]] QColor onPersonColor() const;
    /// For a main window and what belongs to it.
    [[nodiscard]] QString styleSheet() const;
    [[nodiscard]] QPalette palette() const;
};

/// Contrast ratio of two opaque colours, 1 … 21 (WCAG 2.1, "contrast ratio").
[[nodiscard]] double contrastRatio(const QColor &a, const QColor &b);

} // namespace hearth
