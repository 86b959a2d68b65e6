#pragma once

#include <QIcon>
#include <QKeySequence>
#include <QLatin1StringView>
#include <QList>
#include <QMenu>

#include <optional>

class QKeyEvent;
class QModelIndex;

namespace hearth {

/// What can be done with a message of the timeline.
enum class MessageCommand { Retry, React, Reply, Copy, Edit, Delete, Discard, WriteToAuthor };

/// What can be done with this one, in the order of a menu: the keys, the menu and the bar of a row all ask here.
[[nodiscard]] QList<MessageCommand> commandsFor(const QModelIndex &message);

/// What a key does to it. Modifiers that a keyboard needs to write the key, Shift for + on many and the keypad's, are
/// no other key.
[[nodiscard]] std::optional<MessageCommand> commandFor(const QKeyEvent &event, const QModelIndex &message);

/// The commands of one message, in words. The keys that it shows work while it is open, too.
class MessageMenu : public QMenu
{
    Q_OBJECT

public:
    MessageMenu(const QModelIndex &message, QWidget *parent);

signals:
    void chosen(hearth::MessageCommand command);

protected:
    void keyPressEvent(QKeyEvent *event) override;
};

} // namespace hearth
