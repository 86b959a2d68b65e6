#pragma once

#include "protocol/serverframes.h"
#include "ui/theme.h"

#include <QFont>
#include <QLabel>

class QLineEdit;
class QPainter;
class QRectF;

namespace hearth {

/// A disc of the person's colour with one or two letters of the name.
void paintAvatar(QPainter &painter, const QRectF &rect, const UserName &name, const Theme &theme);

/// How somebody is: a full disc, a ring, a bar or an empty ring; the shape tells it without the colour.
void paintPresence(QPainter &painter, const QRectF &rect, PresenceState state, const Theme &theme, const QColor &behind);

/// A rounded count; filled with the accent when `isUrgent`.
void paintCountPill(QPainter &painter, const QRectF &rect, qint64 count, bool isUrgent, const Theme &theme);
[[nodiscard]] int countPillWidth(qint64 count, const QFont &font);

/// `font` at a factor of its size.
[[nodiscard]] QFont scaled(const QFont &font, double factor);

/// Placeholders are hints: from now on in the theme's colour for them (style sheets have none for it before Qt 6.5).
void dimPlaceholder(QWidget *field);

/// Gives a widget a property that the style sheet looks at, and has it drawn up anew if that changes anything.
void setStyleProperty(QWidget *widget, const char *name, const QVariant &value);

/// What a widget is for (`main`, `link`, `dim`, `warn`, `error`, `title`): the style sheet draws it so.
void setRole(QWidget *widget, const QString &role);

/// What stands in the field is not right: the style sheet frames it so.
void setInvalid(QLineEdit *field, bool isInvalid);

/// A tool tip that shows text as it is: they take what looks like HTML for HTML, and show what is escaped literally
/// where it does not look so. Long ones are broken into lines. Empty stays empty.
[[nodiscard]] QString plainToolTip(const QString &text);

/// Text without blanks, an address for one, that may be broken into lines all the same.
[[nodiscard]] QString breakable(const QString &text);

/// A label that shows text as it is, whatever it looks like.
[[nodiscard]] QLabel *plainLabel(const QString &text, QWidget *parent);

/// What a dialog is about, above everything else in it.
[[nodiscard]] QLabel *headingLabel(const QString &text, QWidget *parent);

} // namespace hearth
