#include "ui/invitelist.h"

#include "ui/invitewords.h"
#include "ui/measures.h"
#include "ui/painting.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace measures;

namespace {

constexpr int SmallestHeight = 260;
constexpr qsizetype MostRows = 50; ///< each is a handful of widgets

} // namespace

InviteList::InviteList(Role reader, QWidget *parent)
    : QWidget(parent), m_reader(reader), m_note(plainLabel(tr("Looking them up…"), this)), m_scroll(new QScrollArea(this)),
      m_rows(new QVBoxLayout)
{
    setMinimumHeight(SmallestHeight);
    m_note->setObjectName(u"inviteListNote"_s);
    m_note->setAlignment(Qt::AlignCenter);
    m_note->setWordWrap(true);
    setRole(m_note, u"dim"_s);
    auto *list = new QWidget(this);
    auto *listColumn = new QVBoxLayout(list);
    listColumn->setContentsMargins(0, 0, 0, 0);
    m_rows->setSpacing(Padding);
    listColumn->addLayout(m_rows);
    listColumn->addStretch(1);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setFocusPolicy(Qt::NoFocus); // it follows what has it
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setWidget(list);
    m_scroll->viewport()->setAutoFillBackground(false); // the dialog's shows through
    list->setAutoFillBackground(false);
    m_scroll->hide();
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_note, 1);
    column->addWidget(m_scroll, 1);
}

void InviteList::setInvites(const QList<InviteInfo> &invites, const QDateTime &now)
{
    while (QLayoutItem *item = m_rows->takeAt(0)) {
        item->widget()->hide(); // it may have the focus, which goes on to what is shown
        item->widget()->deleteLater();
        delete item;
    }
    for (const InviteInfo &invite : invites.last(std::min(invites.size(), MostRows)))
        addRow(invite, now);
    if (invites.size() > MostRows) {
        QLabel *more = plainLabel(tr("Older ones hold as well. They are listed here when newer ones are taken back."), this);
        more->setObjectName(u"moreInvites"_s);
        setRole(more, u"dim"_s);
        more->setWordWrap(true);
        m_rows->addWidget(more);
    }
    m_note->setText(tr("No invite holds at the moment. Make one under “New invite”."));
    m_note->setVisible(invites.isEmpty());
    m_scroll->setVisible(!invites.isEmpty());
}

void InviteList::addRow(const InviteInfo &invite, const QDateTime &now)
{
    auto *row = new QWidget(this);
    row->setObjectName(u"invite"_s);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, SmallPadding, 0);
    layout->setSpacing(Padding);
    auto *words = new QVBoxLayout;
    words->setSpacing(0);
    const QString title = InviteWords::title(invite);
    QLabel *head = plainLabel(breakable(title), row);
    head->setWordWrap(true);
    words->addWidget(head);
    QLabel *detail = plainLabel(InviteWords::detail(invite, now), row);
    setRole(detail, u"dim"_s);
    detail->setWordWrap(true);
    words->addWidget(detail);
    layout->addLayout(words, 1);
    if (invite.role != Role::Moderator || m_reader == Role::Owner) {
        auto *takeBack = new QPushButton(tr("Take back"), row);
        takeBack->setObjectName(u"takeBack"_s);
        takeBack->setAccessibleName(tr("Take back: %1").arg(title));
        layout->addWidget(takeBack, 0, Qt::AlignVCenter);
        connect(takeBack, &QPushButton::clicked, this, [this, takeBack, id = invite.id] {
            takeBack->setEnabled(false); // until there is an answer
            emit revokeRequested(id);
        });
    }
    m_rows->addWidget(row);
}

void InviteList::release()
{
    for (QPushButton *button : findChildren<QPushButton *>())
        button->setEnabled(true);
    if (m_rows->isEmpty())
        m_note->setText({});
}

} // namespace hearth
