#include "ui/emojipicker.h"

#include "ui/measures.h"

#include <QGridLayout>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QScreen>
#include <QToolButton>

#include <algorithm>
#include <array>

namespace hearth {

using namespace measures;

namespace {

constexpr int Columns = 8;
constexpr int CellSize = 36;

struct Emoji
{
    const char16_t *text;
    const char *name; ///< what a screen reader says
};

constexpr std::array<Emoji, 40> Choice { {
    { u"👍", QT_TRANSLATE_NOOP("EmojiPicker", "thumbs up") },
    { u"👎", QT_TRANSLATE_NOOP("EmojiPicker", "thumbs down") },
    { u"❤️", QT_TRANSLATE_NOOP("EmojiPicker", "heart") },
    { u"😂", QT_TRANSLATE_NOOP("EmojiPicker", "tears of joy") },
    { u"🎉", QT_TRANSLATE_NOOP("EmojiPicker", "party") },
    { u"😮", QT_TRANSLATE_NOOP("EmojiPicker", "surprised") },
    { u"😢", QT_TRANSLATE_NOOP("EmojiPicker", "crying") },
    { u"🙏", QT_TRANSLATE_NOOP("EmojiPicker", "thanks") },
    { u"🙂", QT_TRANSLATE_NOOP("EmojiPicker", "smile") },
    { u"😀", QT_TRANSLATE_NOOP("EmojiPicker", "grin") },
    { u"😉", QT_TRANSLATE_NOOP("EmojiPicker", "wink") },
    { u"😎", QT_TRANSLATE_NOOP("EmojiPicker", "sunglasses") },
    { u"🤔", QT_TRANSLATE_NOOP("EmojiPicker", "thinking") },
    { u"😴", QT_TRANSLATE_NOOP("EmojiPicker", "sleeping") },
    { u"😅", QT_TRANSLATE_NOOP("EmojiPicker", "sweat") },
    { u"🙄", QT_TRANSLATE_NOOP("EmojiPicker", "rolling eyes") },
    { u"😡", QT_TRANSLATE_NOOP("EmojiPicker", "angry") },
    { u"🤷", QT_TRANSLATE_NOOP("EmojiPicker", "shrug") },
    { u"👏", QT_TRANSLATE_NOOP("EmojiPicker", "clapping") },
    { u"🙌", QT_TRANSLATE_NOOP("EmojiPicker", "raised hands") },
    { u"👋", QT_TRANSLATE_NOOP("EmojiPicker", "waving") },
    { u"✌️", QT_TRANSLATE_NOOP("EmojiPicker", "victory") },
    { u"💪", QT_TRANSLATE_NOOP("EmojiPicker", "strong") },
    { u"👀", QT_TRANSLATE_NOOP("EmojiPicker", "eyes") },
    { u"✅", QT_TRANSLATE_NOOP("EmojiPicker", "done") },
    { u"❌", QT_TRANSLATE_NOOP("EmojiPicker", "no") },
    { u"⚠️", QT_TRANSLATE_NOOP("EmojiPicker", "warning") },
    { u"❓", QT_TRANSLATE_NOOP("EmojiPicker", "question") },
    { u"💡", QT_TRANSLATE_NOOP("EmojiPicker", "idea") },
    { u"🔥", QT_TRANSLATE_NOOP("EmojiPicker", "fire") },
    { u"⭐", QT_TRANSLATE_NOOP("EmojiPicker", "star") },
    { u"🚀", QT_TRANSLATE_NOOP("EmojiPicker", "rocket") },
    { u"☕", QT_TRANSLATE_NOOP("EmojiPicker", "coffee") },
    { u"🍕", QT_TRANSLATE_NOOP("EmojiPicker", "pizza") },
    { u"🍎", QT_TRANSLATE_NOOP("EmojiPicker", "apple") },
    { u"🎂", QT_TRANSLATE_NOOP("EmojiPicker", "cake") },
    { u"🌞", QT_TRANSLATE_NOOP("EmojiPicker", "sun") },
    { u"🌧️", QT_TRANSLATE_NOOP("EmojiPicker", "rain") },
    { u"🐛", QT_TRANSLATE_NOOP("EmojiPicker", "bug") },
    { u"🐱", QT_TRANSLATE_NOOP("EmojiPicker", "cat") },
} };

} // namespace

EmojiPicker::EmojiPicker(QWidget *parent) : QFrame(parent, Qt::Popup)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setObjectName(QStringLiteral("card"));
    setAccessibleName(tr("Choose an emoji"));
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(SmallPadding, SmallPadding, SmallPadding, SmallPadding);
    grid->setSpacing(0);
    for (const Emoji &emoji : Choice) {
        auto *button = new QToolButton(this);
        const QString text = QString::fromUtf16(emoji.text);
        QFont large = button->font();
        large.setPixelSize(Icon);
        button->setFont(large);
        button->setText(text);
        button->setFixedSize(CellSize, CellSize);
        button->setAccessibleName(tr(emoji.name));
        button->setToolTip(tr(emoji.name));
        const auto place = static_cast<int>(m_buttons.size());
        grid->addWidget(button, place / Columns, place % Columns);
        button->installEventFilter(this); // buttons would take the arrow keys for Tab
        m_buttons.append(button);
        connect(button, &QToolButton::clicked, this, [this, text] {
            emit chosen(text);
            close();
        });
    }
}

void EmojiPicker::showAt(QPoint globalPosition)
{
    adjustSize();
    QRect place(globalPosition - QPoint(width() / 2, height() + SmallPadding), size());
    if (const QScreen *screen = QGuiApplication::screenAt(globalPosition)) {
        const QRect area = screen->availableGeometry();
        place.moveLeft(std::clamp(place.left(), area.left(), std::max(area.left(), area.right() - width())));
        if (place.top() < area.top())
            place.moveTop(globalPosition.y() + SmallPadding);
    }
    move(place.topLeft());
    show();
    focusButton(0);
}

void EmojiPicker::focusButton(int place)
{
    if (place >= 0 && place < m_buttons.size())
        m_buttons.at(place)->setFocus(Qt::TabFocusReason);
}

bool EmojiPicker::eventFilter(QObject *watched, QEvent *event)
{
    const auto place = static_cast<int>(m_buttons.indexOf(qobject_cast<QToolButton *>(watched)));
    if (event->type() != QEvent::KeyPress || place < 0)
        return QFrame::eventFilter(watched, event);
    switch (static_cast<QKeyEvent *>(event)->key()) {
    case Qt::Key_Left:
        focusButton(place - 1);
        return true;
    case Qt::Key_Right:
        focusButton(place + 1);
        return true;
    case Qt::Key_Up:
        focusButton(place - Columns);
        return true;
    case Qt::Key_Down:
        focusButton(place + Columns);
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        m_buttons.at(place)->click();
        return true;
    default:
        return QFrame::eventFilter(watched, event);
    }
}

} // namespace hearth
