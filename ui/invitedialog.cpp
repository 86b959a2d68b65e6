#include "ui/invitedialog.h"

#include "protocol/moderation.h"
#include "ui/invitecard.h"
#include "ui/invitewords.h"
#include "ui/measures.h"
#include "ui/painting.h"
#include "ui/rowlist.h"
#include "ui/words.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QTabBar>
#include <QVBoxLayout>

#include <algorithm>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace measures;

namespace {

constexpr int Width = 420; ///< fits beside nothing else in the narrowest window
constexpr int ListHeight = 260;
constexpr qsizetype MostRows = 50; ///< of the list, each a handful of widgets
enum Tab { NewInvite, InvitesThatHold };

} // namespace

InviteDialog::InviteDialog(const Subject &subject, QWidget *parent)
    : QDialog(parent), m_subject(subject), m_tabs(new QTabBar(this)),
      m_form(new InviteForm(subject.offer, this)), m_card(new InviteCard(this)), m_list(new RowList(tr("Looking them up…"), this)),
      m_problem(plainLabel({}, this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setObjectName(u"inviteDialog"_s);
    setWindowTitle(tr("Invite people"));
    setMinimumWidth(Width);
    m_list->setMinimumHeight(ListHeight);
    m_tabs->addTab(tr("New invite"));
    m_tabs->addTab(tr("Invites that hold"));
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->setAccessibleName(tr("New invite, or those that hold"));
    m_tabs->setVisible(mayInvite());
    setRole(m_problem, u"error"_s);
    m_problem->setWordWrap(true);
    m_problem->hide();
    m_another = new QPushButton(tr("Make an&other"), this);
    m_another->setObjectName(u"anotherButton"_s);
    m_make = new QPushButton(tr("&Make invite"), this);
    m_make->setObjectName(u"makeButton"_s);
    m_make->setDefault(true);
    setRole(m_make, u"main"_s);
    auto *close = new QPushButton(tr("Close"), this);
    // Not a QDialogButtonBox: it gives the focus on to its first button, hidden or not, and the Tab key stops there.
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(SmallPadding);
    buttons->addStretch(1);
    for (QPushButton *button : { m_another, m_make, close })
        buttons->addWidget(button);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(Margin, Margin, Margin, Margin);
    column->setSpacing(Padding);
    column->addWidget(headingLabel(windowTitle(), this));
    column->addWidget(m_tabs);
    column->addWidget(m_form, 1);
    column->addWidget(m_card, 1);
    column->addWidget(m_list, 1);
    column->addWidget(m_problem);
    column->addLayout(buttons);

    connect(m_tabs, &QTabBar::currentChanged, this, [this](int tab) {
        showPage(tab == NewInvite ? static_cast<QWidget *>(m_form) : m_list);
        m_tabs->setFocus(Qt::OtherFocusReason); // what had it may be hidden now
        if (tab == InvitesThatHold)
            emit listRequested();
    });
    connect(m_make, &QPushButton::clicked, this, &InviteDialog::submit);
    connect(m_another, &QPushButton::clicked, this, [this] {
        showPage(m_form);
        m_make->setFocus(Qt::OtherFocusReason);
    });
    connect(m_list, &RowList::triggered, this, &InviteDialog::revokeRequested);
    connect(m_card, &InviteCard::failed, this, &InviteDialog::setProblem);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    if (mayInvite()) {
        showPage(m_form);
        m_form->setFocus();
    } else {
        showPlainLink();
    }
}

bool InviteDialog::mayInvite() const
{
    return moderates(m_subject.offer.inviter);
}

void InviteDialog::showPlainLink()
{
    QStringList links;
    for (qsizetype i = 0; i < m_subject.links.addresses().size(); ++i)
        links.append(m_subject.links.plain(i));
    const QString text = InviteWords::plainLink(m_subject.offer.access);
    m_card->setLinks(m_subject.links.addresses(), links, { m_subject.chat, {}, {}, text });
    m_card->setText(text);
    showPage(m_card);
    m_card->focusCopy();
}

/// The dialog is as high as the page that is shown, not as the highest.
void InviteDialog::showPage(QWidget *page)
{
    for (QWidget *each : std::initializer_list<QWidget *> { m_form, m_card, m_list })
        each->setVisible(each == page);
    m_problem->hide();
    m_make->setVisible(page == m_form);
    m_make->setEnabled(true);
    m_another->setVisible(page == m_card && mayInvite());
    fitHeight();
}

/// Not adjustSize(), which stops at two thirds of the screen.
void InviteDialog::fitHeight()
{
    layout()->activate();
    resize(width(), layout()->hasHeightForWidth() ? layout()->totalHeightForWidth(width()) : layout()->totalSizeHint().height());
}

void InviteDialog::submit()
{
    m_problem->hide();
    m_make->setEnabled(false); // until there is an answer
    emit createRequested(m_form->wanted());
}

void InviteDialog::setCreated(const InviteInfo &invite, const QString &code)
{
    const QDateTime now = QDateTime::currentDateTimeUtc();
    QStringList links;
    for (qsizetype i = 0; i < m_subject.links.addresses().size(); ++i)
        links.append(m_subject.links.invite(i, invite.room, code));
    const bool isToRoom = invite.room && *invite.room != RoomId::lobby();
    const QString room = !isToRoom ? QString()
        : m_subject.offer.room == invite.room ? m_subject.offer.roomName : invite.room->toString();
    const QString validity = InviteWords::validity(invite, now);
    m_card->setLinks(m_subject.links.addresses(), links, { m_subject.chat, room, {}, InviteWords::sheetValidity(invite) });
    QStringList sentences { InviteWords::effect(invite), validity };
    if (m_subject.offer.access == Access::Password)
        sentences.append(tr("The chat's password is needed besides."));
    if (m_subject.links.areForThisComputer())
        sentences.append(tr("It works on this computer only, since that is how you joined."));
    sentences.append(tr("The link is shown this once: copy, save or print it now."));
    m_card->setText(sentences.join(u' '));
    const QSignalBlocker silent(m_tabs);
    m_tabs->setCurrentIndex(NewInvite);
    showPage(m_card);
    m_card->focusCopy();
    QAccessibleEvent event(m_card, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
}

void InviteDialog::setInvites(const QList<InviteInfo> &invites)
{
    m_problem->hide();
    const QDateTime now = QDateTime::currentDateTimeUtc();
    QList<RowList::Row> rows;
    for (const InviteInfo &invite : invites.last(std::min(invites.size(), MostRows))) {
        const QString title = InviteWords::title(invite);
        // What brings moderators only an owner takes back.
        const bool mayTakeBack = invite.role != Role::Moderator || m_subject.offer.inviter == Role::Owner;
        rows.append({ title, InviteWords::detail(invite, now), invite.id, mayTakeBack ? tr("Take back") : QString(), tr("Take back: %1").arg(title) });
    }
    m_list->setRows(rows, tr("No invite holds at the moment. Make one under “New invite”."),
                    invites.size() > MostRows ? tr("Older ones hold as well. They are listed here when newer ones are taken back.") : QString());
    m_list->chain(m_tabs, nullptr);
}

void InviteDialog::setProblem(const QString &sentence)
{
    m_problem->setText(sentence);
    m_problem->setVisible(!sentence.isEmpty());
    m_make->setEnabled(true);
    m_list->release();
    fitHeight();
}

} // namespace hearth
