#include "ui/guestbar.h"

#include "ui/measures.h"
#include "ui/moderationwords.h"
#include "ui/painting.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace measures;

GuestBar::GuestBar(QWidget *parent)
    : QWidget(parent), m_text(plainLabel({}, this)), m_letIn(new QPushButton(tr("Let in"), this)),
      m_turnAway(new QPushButton(tr("Turn away"), this))
{
    setObjectName(u"banner"_s); // looks like one
    setAttribute(Qt::WA_StyledBackground);
    m_text->setObjectName(u"guestText"_s);
    m_text->setWordWrap(true);
    m_letIn->setObjectName(u"letInButton"_s);
    setRole(m_letIn, u"main"_s);
    m_turnAway->setObjectName(u"turnAwayButton"_s);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(Margin, SmallPadding, SmallPadding, SmallPadding);
    row->setSpacing(Padding);
    row->addWidget(m_text, 1);
    row->addWidget(m_letIn);
    row->addWidget(m_turnAway);
    connect(m_letIn, &QPushButton::clicked, this, [this] { answer(true); });
    connect(m_turnAway, &QPushButton::clicked, this, [this] { answer(false); });
    hide();
}

void GuestBar::setGuests(const QList<GuestInfo> &guests)
{
    const bool isNews = !guests.isEmpty() && m_guests.isEmpty();
    m_guests = guests;
    const QString text = ModerationWords::guestWaits(guests);
    m_text->setText(text);
    setAccessibleName(text);
    if (!guests.isEmpty()) {
        const QString name = guests.first().user.toString();
        m_letIn->setAccessibleName(tr("Let %1 in").arg(name));
        m_turnAway->setAccessibleName(tr("Turn %1 away").arg(name));
    }
    setVisible(!guests.isEmpty());
    if (isNews) {
        QAccessibleEvent event(this, QAccessible::Alert);
        QAccessible::updateAccessibility(&event);
    }
}

void GuestBar::answer(bool isAdmitted)
{
    if (!m_guests.isEmpty())
        emit answered(m_guests.first().user, isAdmitted);
}

} // namespace hearth
