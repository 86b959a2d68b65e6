#pragma once

#include "protocol/moderation.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace hearth {

/// A strip above the timeline, for moderators: who waits to come in, and what to say to them. The first of several is
/// answered first.
class GuestBar : public QWidget
{
    Q_OBJECT

public:
    explicit GuestBar(QWidget *parent = nullptr);

    void setGuests(const QList<GuestInfo> &guests);

signals:
    void answered(const hearth::UserName &guest, bool isAdmitted);

private:
    void answer(bool isAdmitted);

    QList<GuestInfo> m_guests;
    QLabel *m_text;
    QPushButton *m_letIn;
    QPushButton *m_turnAway;
};

} // namespace hearth
