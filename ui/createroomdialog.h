#pragma once

#include "protocol/clientframes.h"

#include <QDialog>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace hearth {

/// Asks for a room's name and what it is for. Stays open until the room is there, and shows why it is not.
class CreateRoomDialog : public QDialog
{
    Q_OBJECT

public:
    explicit CreateRoomDialog(QWidget *parent);

    void setProblem(const QString &sentence);
    /// The id that a name becomes: lower case, what cannot stand in one made a hyphen; null when nothing is left.
    [[nodiscard]] static std::optional<RoomId> idFor(const QString &name);

    /// The same with something behind it that nobody guesses: whoever is no member cannot find out that there is such a room, by
    /// trying to create it either.
    [[nodiscard]] static std::optional<RoomId> privateIdFor(const QString &name, const QString &secret);

signals:
    void createRequested(const hearth::RoomId &room, const QString &name, const QString &topic, hearth::RoomKind kind);

private:
    [[nodiscard]] std::optional<RoomId> id() const;
    void submit();
    void updateState();

    QLineEdit *m_name;
    QLineEdit *m_topic;
    QCheckBox *m_private;
    QLabel *m_id;
    QLabel *m_problem;
    QPushButton *m_create;
    QString m_secret; ///< of a private room's id
};

} // namespace hearth
