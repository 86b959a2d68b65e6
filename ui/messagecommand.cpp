#include "ui/messagecommand.h"

#include "client/timelinemodel.h"
#include "ui/icons.h"
#include "ui/theme.h"
#include "ui/timelinerows.h"
#include "ui/words.h"

#include <QKeyEvent>

#include <utility>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype MenuNameLength = 40; // UTF-16 units

struct Appearance
{
    QLatin1StringView icon;
    QString text;
    QKeySequence key; ///< empty: none
};

Appearance appearanceOf(MessageCommand command, const QModelIndex &message)
{
    switch (command) {
    case MessageCommand::Retry:
        return { "send"_L1, MessageMenu::tr("Retry"), Qt::Key_R };
    case MessageCommand::React:
        return { "smile"_L1, MessageMenu::tr("React…"), Qt::Key_Plus };
    case MessageCommand::Reply:
        return { "reply"_L1, MessageMenu::tr("Reply"), Qt::Key_R };
    case MessageCommand::Copy:
        return { "copy"_L1, MessageMenu::tr("Copy text"), QKeySequence::Copy };
    case MessageCommand::Edit:
        return { "pencil"_L1, MessageMenu::tr("Edit"), Qt::Key_E };
    case MessageCommand::Delete:
        return { "trash"_L1, MessageMenu::tr("Delete…"), Qt::Key_Delete };
    case MessageCommand::Discard:
        return { "trash"_L1, MessageMenu::tr("Do not send"), Qt::Key_Delete };
    case MessageCommand::WriteToAuthor:
        break;
    }
    const QString author = message.data(TimelineModel::UserRole).value<UserName>().toString();
    // An ampersand in a name is an ampersand, not a key.
    return { "people"_L1, MessageMenu::tr("Message %1").arg(Words::oneLine(author, MenuNameLength).replace(u'&', u"&&"_s)), {} };
}

bool isPressed(const QKeyEvent &event, const QKeySequence &key)
{
    if (key.isEmpty())
        return false;
    if (key == QKeySequence(QKeySequence::Copy))
        return event.matches(QKeySequence::Copy); // it has other keys, too
    const QKeyCombination wanted = key[0];
    Qt::KeyboardModifiers pressed = event.modifiers() & ~Qt::KeypadModifier;
    if (wanted.key() == Qt::Key_Plus)
        pressed &= ~Qt::ShiftModifier;
    return event.key() == wanted.key() && pressed == wanted.keyboardModifiers();
}

} // namespace

QList<MessageCommand> commandsFor(const QModelIndex &message)
{
    using enum MessageCommand;
    if (!message.isValid())
        return {};
    const auto delivery = static_cast<TimelineModel::Delivery>(message.data(TimelineModel::DeliveryRole).toInt());
    if (delivery == TimelineModel::Delivery::Failed)
        return { Retry, Copy, Discard };
    if (delivery == TimelineModel::Delivery::Pending)
        return { Copy, Discard };
    const bool isOwn = message.data(TimelineModel::IsOwnRole).toBool();
    const bool isDeleted = message.data(TimelineModel::DeletedRole).toBool();
    QList<MessageCommand> commands;
    if (!isDeleted)
        commands = { React, Reply, Copy };
    if (!isDeleted && isOwn)
        commands += Edit;
    if (!isDeleted && (isOwn || message.data(TimelineRows::MayDeleteOthersRole).toBool()))
        commands += Delete;
    if (!isOwn)
        commands += WriteToAuthor;
    return commands;
}

std::optional<MessageCommand> commandFor(const QKeyEvent &event, const QModelIndex &message)
{
    for (const MessageCommand command : commandsFor(message)) {
        if (isPressed(event, appearanceOf(command, message).key))
            return command;
    }
    return std::nullopt;
}

MessageMenu::MessageMenu(const QModelIndex &message, QWidget *parent) : QMenu(parent)
{
    setAttribute(Qt::WA_DeleteOnClose);
    const Theme theme = Theme::current();
    bool wasChange = false;
    for (const MessageCommand command : commandsFor(message)) {
        const bool isChange = command == MessageCommand::Edit || command == MessageCommand::Delete;
        const bool isFirstOfItsKind = isChange != std::exchange(wasChange, isChange) || command == MessageCommand::WriteToAuthor;
        if (isFirstOfItsKind && !isEmpty())
            addSeparator();
        const Appearance appearance = appearanceOf(command, message);
        QAction *item = addAction(icons::tinted(appearance.icon, theme.dim), appearance.text);
        item->setShortcut(appearance.key);
        item->setShortcutVisibleInContextMenu(true);
        connect(item, &QAction::triggered, this, [this, command] { emit chosen(command); });
    }
}

void MessageMenu::keyPressEvent(QKeyEvent *event)
{
    for (QAction *item : actions()) {
        if (isPressed(*event, item->shortcut())) {
            close();
            item->trigger();
            return;
        }
    }
    QMenu::keyPressEvent(event);
}

} // namespace hearth
