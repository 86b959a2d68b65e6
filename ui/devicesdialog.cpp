#include "ui/devicesdialog.h"

#include "ui/measures.h"
#include "ui/painting.h"
#include "ui/words.h"

#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace measures;

DevicesDialog::DevicesDialog(bool isTokenInKeychain, QWidget *parent)
    : QDialog(parent), m_rows(new QVBoxLayout), m_problem(plainLabel({}, this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Your devices"));
    setMinimumSize(440, 300);
    auto *why = plainLabel(tr("You are signed in on these devices. If you do not know one of them, sign it out and change your password."), this);
    setRole(why, u"dim"_s);
    why->setWordWrap(true);
    setRole(m_problem, u"error"_s);
    m_problem->setWordWrap(true);
    m_problem->hide();
    auto *list = new QWidget(this);
    auto *listColumn = new QVBoxLayout(list);
    listColumn->setContentsMargins(0, 0, 0, 0);
    m_rows->setSpacing(Padding);
    listColumn->addLayout(m_rows);
    listColumn->addStretch(1);
    auto *scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setWidget(list);
    scroll->viewport()->setAutoFillBackground(false); // the dialog's shows through
    list->setAutoFillBackground(false);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(Margin, Margin, Margin, Margin);
    column->setSpacing(Padding);
    column->addWidget(why);
    column->addWidget(scroll, 1);
    column->addWidget(m_problem);
    auto *note = plainLabel(isTokenInKeychain ? tr("What lets this computer in is kept in its keychain.")
                                              : tr("What lets this computer in is kept in a file that only you can read."),
                            this);
    setRole(note, u"dim"_s);
    note->setWordWrap(true);
    column->addWidget(note);
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

void DevicesDialog::setSessions(const QList<SessionInfo> &sessions, const QDateTime &now)
{
    while (QLayoutItem *item = m_rows->takeAt(0)) {
        item->widget()->deleteLater();
        delete item;
    }
    for (const SessionInfo &session : sessions)
        addRow(session, now);
    m_problem->hide();
}

void DevicesDialog::addRow(const SessionInfo &session, const QDateTime &now)
{
    auto *row = new QWidget(this);
    row->setObjectName(u"device"_s);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(Padding);
    auto *words = new QVBoxLayout;
    words->setSpacing(0);
    const QString client = session.client.isEmpty() ? tr("A device that did not say what it is") : Words::oneLine(session.client, 60);
    words->addWidget(plainLabel(client, row));
    auto *detail = plainLabel(Words::deviceSeen(session, now), row);
    setRole(detail, u"dim"_s);
    detail->setWordWrap(true);
    words->addWidget(detail);
    layout->addLayout(words, 1);
    if (!session.isCurrent) {
        auto *signOut = new QPushButton(tr("Sign out"), row);
        signOut->setAccessibleName(tr("Sign out %1").arg(client));
        layout->addWidget(signOut);
        connect(signOut, &QPushButton::clicked, this, [this, signOut, id = session.session] {
            signOut->setEnabled(false); // until there is an answer
            emit signOutRequested(id);
        });
    }
    m_rows->addWidget(row);
}

void DevicesDialog::setProblem(const QString &sentence)
{
    m_problem->setText(sentence);
    m_problem->setVisible(!sentence.isEmpty());
    for (QPushButton *button : findChildren<QPushButton *>())
        button->setEnabled(true);
}

} // namespace hearth
