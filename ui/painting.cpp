#include "ui/painting.h"

#include "client/excerpt.h"
#include "ui/measures.h"

#include <QEvent>
#include <QPainter>
#include <QStyle>
#include <QTextBoundaryFinder>
#include <QTextDocument>

#include <algorithm>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype MaxInitialLength = 16; ///< UTF-16 units; a flag or a family of emoji fits

QString firstGrapheme(const QString &text)
{
    QTextBoundaryFinder finder(QTextBoundaryFinder::Grapheme, text);
    const qsizetype end = finder.toNextBoundary();
    return end > 0 ? excerpt(text.first(end), MaxInitialLength).toUpper() : QString();
}

QString initials(const UserName &name)
{
    const QStringList words = name.toString().split(u' ', Qt::SkipEmptyParts);
    if (words.isEmpty())
        return {};
    return words.size() == 1 ? firstGrapheme(words.first()) : firstGrapheme(words.first()) + firstGrapheme(words.last());
}

QString countText(qint64 count) { return count > 99 ? u"99+"_s : QString::number(count); }

/// The style sheet sets a field's palette whenever it looks at the field, and would have placeholders pale.
class PlaceholderColor : public QObject
{
public:
    explicit PlaceholderColor(QWidget *field) : QObject(field), m_field(field)
    {
        field->installEventFilter(this);
        apply();
    }
    bool eventFilter(QObject *watched, QEvent *event) override
    {
        if (event->type() == QEvent::PaletteChange || event->type() == QEvent::Polish || event->type() == QEvent::Show)
            apply();
        return QObject::eventFilter(watched, event);
    }

private:
    void apply()
    {
        QPalette palette = m_field->palette();
        const QColor dim = Theme::current().dim;
        if (palette.color(QPalette::PlaceholderText) == dim)
            return;
        palette.setColor(QPalette::PlaceholderText, dim);
        m_field->setPalette(palette);
    }

    QWidget *m_field;
};

} // namespace

void paintAvatar(QPainter &painter, const QRectF &rect, const UserName &name, const Theme &theme)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.personColor(name));
    painter.drawEllipse(rect);
    const QString letters = initials(name);
    QFont font = painter.font();
    font.setPixelSize(std::max(8, static_cast<int>(rect.height() * (letters.size() > 1 ? 0.38 : 0.44))));
    font.setBold(true);
    painter.setFont(font);
    painter.setPen(theme.onPersonColor());
    painter.drawText(rect, Qt::AlignCenter, letters);
    painter.restore();
}

void paintPresence(QPainter &painter, const QRectF &rect, PresenceState state, const Theme &theme, const QColor &behind)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(behind);
    painter.drawEllipse(rect.adjusted(-2, -2, 2, 2));
    const QRectF ring = rect.adjusted(1, 1, -1, -1);
    switch (state) {
    case PresenceState::Online:
        painter.setBrush(theme.ok);
        painter.drawEllipse(rect);
        break;
    case PresenceState::Away:
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(theme.warn, 2));
        painter.drawArc(ring, 90 * 16, 180 * 16);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.warn);
        painter.drawChord(ring, 90 * 16, 180 * 16);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(theme.warn, 1.5));
        painter.drawEllipse(ring);
        break;
    case PresenceState::Busy:
        painter.setBrush(theme.error);
        painter.drawEllipse(rect);
        painter.setPen(QPen(behind, 2));
        painter.drawLine(QPointF(rect.left() + 2.5, rect.center().y()), QPointF(rect.right() - 2.5, rect.center().y()));
        break;
    case PresenceState::Offline:
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(theme.dim, 1.5));
        painter.drawEllipse(ring);
        break;
    }
    painter.restore();
}

int countPillWidth(qint64 count, const QFont &font)
{
    return std::max(20, QFontMetrics(scaled(font, measures::SmallType)).horizontalAdvance(countText(count)) + 12);
}

void paintCountPill(QPainter &painter, const QRectF &rect, qint64 count, bool isUrgent, const Theme &theme)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(isUrgent ? theme.accent : theme.border);
    painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2);
    QFont font = scaled(painter.font(), measures::SmallType);
    font.setBold(true);
    painter.setFont(font);
    painter.setPen(isUrgent ? theme.onAccent : theme.text);
    painter.drawText(rect, Qt::AlignCenter, countText(count));
    painter.restore();
}

QFont scaled(const QFont &font, double factor)
{
    QFont result = font;
    if (font.pixelSize() > 0)
        result.setPixelSize(std::max(1, static_cast<int>(font.pixelSize() * factor + 0.5)));
    else
        result.setPointSizeF(font.pointSizeF() * factor);
    return result;
}

void dimPlaceholder(QWidget *field) { new PlaceholderColor(field); }

void setStyleProperty(QWidget *widget, const char *name, const QVariant &value)
{
    if (widget->property(name) == value)
        return;
    widget->setProperty(name, value);
    // What was never shown is drawn up when it is; some have been already, a dialog's buttons for one.
    if (!widget->testAttribute(Qt::WA_WState_Polished))
        return;
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
}

void setRole(QWidget *widget, const QString &role) { setStyleProperty(widget, "role", role); }

void setInvalid(QLineEdit *field, bool isInvalid) { setStyleProperty(field, "invalid", isInvalid); }

QString plainToolTip(const QString &text)
{
    return text.isEmpty() ? QString() : Qt::convertFromPlainText(text, Qt::WhiteSpaceNormal);
}

QString breakable(const QString &text)
{
    constexpr qsizetype MaxUnbroken = 24; // UTF-16 units
    QString result;
    qsizetype run = 0;
    for (const QChar c : text) {
        run = c.isSpace() ? 0 : run + 1;
        if (run > MaxUnbroken && !c.isLowSurrogate() && !c.isMark()) {
            result += QChar(0x200b); // a blank of no width
            run = 1;
        }
        result += c;
    }
    return result;
}

QLabel *plainLabel(const QString &text, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    return label;
}

QLabel *headingLabel(const QString &text, QWidget *parent)
{
    QLabel *label = plainLabel(breakable(text), parent);
    label->setFont(scaled(parent->font(), measures::RoomTitleType));
    label->setWordWrap(true);
    setRole(label, u"title"_s);
    return label;
}

} // namespace hearth
