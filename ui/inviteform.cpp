#include "ui/inviteform.h"

#include "protocol/limits.h"
#include "ui/choicebox.h"
#include "ui/measures.h"
#include "ui/painting.h"
#include "ui/words.h"

#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace measures;

namespace {

constexpr qsizetype ShownRoom = 40;
constexpr qint64 Hour = 3'600;
constexpr qint64 Day = 24 * Hour;

} // namespace

InviteForm::InviteForm(const Offer &offer, QWidget *parent)
    : QWidget(parent), m_warning(plainLabel(tr("Whoever has this link can remove and ban people."), this))
{
    auto *form = new QFormLayout(this);
    form->setContentsMargins(0, 0, 0, 0);
    form->setSpacing(SmallPadding);
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    if (offer.room) {
        m_room = addChoice(tr("&Where to"), u"roomChoice"_s);
        m_room->addItem(tr("This chat"));
        m_room->addItem(tr("This chat and %1").arg(Words::oneLine(offer.roomName, ShownRoom)), QVariant::fromValue(*offer.room));
        m_room->setCurrentIndex(offer.isRoomMeant ? 1 : 0);
    }
    offerRoles(offer);
    m_length = addChoice(tr("&Holds for"), u"lengthChoice"_s);
    m_length->addItem(tr("An hour"), Hour);
    m_length->addItem(tr("A day"), Day);
    m_length->addItem(tr("A week"), 7 * Day);
    m_length->addItem(tr("Good, until it is taken back"));
    m_length->setCurrentIndex(1);
    m_uses = addChoice(tr("&Lets in"), u"usesChoice"_s);
    m_uses->addItem(tr("As many as come"));
    m_uses->addItem(tr("10 people"), 10);
    m_uses->addItem(tr("One person"), 1);
    m_note = new QLineEdit(this); // after the choices, as the Tab key goes
    m_note->setObjectName(u"noteField"_s);
    m_note->setMaxLength(limits::MaxReasonLength);
    m_note->setPlaceholderText(tr("For whom? (optional)"));
    m_note->setAccessibleName(tr("Note"));
    m_note->setAccessibleDescription(tr("Moderators see it in the list of invites."));
    dimPlaceholder(m_note);
    QLabel *noteLabel = plainLabel(tr("&Note"), this);
    noteLabel->setBuddy(m_note);
    noteLabel->setMinimumHeight(RoomRowHeight);
    form->addRow(noteLabel, m_note);
    setRole(m_warning, u"warn"_s);
    m_warning->setObjectName(u"roleWarning"_s);
    m_warning->setWordWrap(true);
    QSizePolicy keepsItsPlace = m_warning->sizePolicy();
    keepsItsPlace.setRetainSizeWhenHidden(offer.inviter == Role::Owner); // who alone may come to see it
    m_warning->setSizePolicy(keepsItsPlace);
    form->addRow(m_warning);
    setFocusProxy(offer.room ? m_room : m_role != nullptr ? m_role : m_length);
    updateWarning();
}

QComboBox *InviteForm::addChoice(const QString &name, const QString &object)
{
    auto *choice = new ChoiceBox(QString(name).remove(u'&'), this);
    choice->setObjectName(object);
    QLabel *label = plainLabel(name, this);
    label->setBuddy(choice);
    label->setMinimumHeight(RoomRowHeight);
    static_cast<QFormLayout *>(layout())->addRow(label, choice);
    return choice;
}

/// Where there are accounts nobody is a guest.
void InviteForm::offerRoles(const Offer &offer)
{
    const bool hasGuests = offer.access != Access::Accounts;
    const bool hasModerators = offer.inviter == Role::Owner;
    if (!hasGuests && !hasModerators)
        return;
    m_role = addChoice(tr("&As"), u"roleChoice"_s);
    m_role->addItem(tr("Member"), QVariant::fromValue(Role::Member));
    if (hasGuests)
        m_role->addItem(tr("Guest"), QVariant::fromValue(Role::Guest));
    if (hasModerators)
        m_role->addItem(tr("Moderator"), QVariant::fromValue(Role::Moderator));
    connect(m_role, &QComboBox::currentIndexChanged, this, &InviteForm::updateWarning);
}

void InviteForm::updateWarning()
{
    const bool isGrave = wanted().role == Role::Moderator;
    m_warning->setVisible(isGrave);
}

CreateInvite InviteForm::wanted() const
{
    CreateInvite invite;
    if (m_room != nullptr && m_room->currentData().isValid())
        invite.room = m_room->currentData().value<RoomId>();
    if (m_role != nullptr)
        invite.role = m_role->currentData().value<Role>();
    if (m_length->currentData().isValid())
        invite.forSeconds = m_length->currentData().toLongLong();
    if (m_uses->currentData().isValid())
        invite.uses = m_uses->currentData().toInt();
    invite.note = m_note->text().simplified();
    return invite;
}

} // namespace hearth
