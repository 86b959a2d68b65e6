#pragma once

#include "protocol/serverframes.h"

#include <QDialog>

class QComboBox;
class QFormLayout;
class QLabel;
class QPushButton;

namespace hearth {

/// What there is to know of a room.
struct RoomDetails
{
    QString name;
    QString topic;
    RoomKind kind = RoomKind::Public;
    int memberCount = 0;
    std::optional<UserName> creator;
    std::optional<int> keepDays; ///< its own setting; 0: for good; nothing: as the server does
    int serverKeepDays = 0; ///< 0: for good
    bool mayChange = false; ///< how long messages are kept
    int slowModeSeconds = 0;
    bool isClosed = false; ///< only moderators write
    friend bool operator==(const RoomDetails &, const RoomDetails &) = default;
};

/// Shows what a room is, who made it and how long what is said there is kept; whoever may say so chooses that here.
/// Follows the room while it is open.
class RoomDetailsDialog : public QDialog
{
    Q_OBJECT

public:
    RoomDetailsDialog(const RoomDetails &details, QWidget *parent);

    /// A choice that is being made stays, unless what it is about has changed.
    void setDetails(const RoomDetails &details);
    void setProblem(const QString &sentence);

signals:
    /// Days; 0 for good, nothing as the server does.
    void keepChosen(std::optional<int> days);

private:
    void showFacts();
    void fillChoices();
    void updateState();
    void submit();
    [[nodiscard]] std::optional<int> chosen() const;

    RoomDetails m_details;
    QLabel *m_name;
    QLabel *m_topic;
    QFormLayout *m_facts;
    QLabel *m_kept; ///< the sentence
    QComboBox *m_choice;
    QLabel *m_warning;
    QLabel *m_problem;
    QPushButton *m_change;
};

} // namespace hearth
