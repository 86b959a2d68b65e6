#include "ui/devicesdialog.h"

#include "ui/measures.h"
#include "ui/painting.h"
#include "ui/rowlist.h"
#include "ui/words.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace measures;

namespace {

constexpr QSize SmallestSize { 440, 360 };
constexpr qsizetype ShownClient = 60;

} // namespace

DevicesDialog::DevicesDialog(bool isTokenInKeychain, QWidget *parent)
    : QDialog(parent), m_list(new RowList(tr("Looking them up…"), this)), m_problem(plainLabel({}, this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Your devices"));
    setMinimumSize(SmallestSize);
    auto *why = plainLabel(tr("You are signed in on these devices. If you do not know one of them, sign it out and change your password."), this);
    setRole(why, u"dim"_s);
    why->setWordWrap(true);
    setRole(m_problem, u"error"_s);
    m_problem->setWordWrap(true);
    m_problem->hide();
    auto *note = plainLabel(isTokenInKeychain ? tr("What lets this computer in is kept in its keychain.")
                                              : tr("What lets this computer in is kept in a file that only you can read."),
                            this);
    setRole(note, u"dim"_s);
    note->setWordWrap(true);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    m_close = buttons->button(QDialogButtonBox::Close);
    m_close->setDefault(true);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(Margin, Margin, Margin, Margin);
    column->setSpacing(Padding);
    column->addWidget(headingLabel(windowTitle(), this));
    column->addWidget(why);
    column->addWidget(m_list, 1);
    column->addWidget(m_problem);
    column->addWidget(note);
    column->addWidget(buttons);
    connect(m_list, &RowList::triggered, this, [this](const QString &session) {
        if (session == m_current)
            emit signOutHereRequested(session);
        else
            emit signOutRequested(session);
    });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

void DevicesDialog::setSessions(const QList<SessionInfo> &sessions, const QDateTime &now)
{
    QList<RowList::Row> rows;
    for (const SessionInfo &session : sessions) {
        const QString client = session.client.isEmpty() ? tr("A device that did not say what it is") : Words::oneLine(session.client, ShownClient);
        if (session.isCurrent)
            m_current = session.session;
        rows.append({ client, Words::deviceSeen(session, now), session.session, session.isCurrent ? tr("Sign out here…") : tr("Sign out"),
                      session.isCurrent ? tr("Sign out on this device") : tr("Sign out %1").arg(client) });
    }
    m_list->setRows(rows, tr("You are signed in nowhere."));
    m_list->chain(nullptr, m_close);
    m_problem->hide();
}

void DevicesDialog::setProblem(const QString &sentence)
{
    m_problem->setText(sentence);
    m_problem->setVisible(!sentence.isEmpty());
    m_list->release();
}

} // namespace hearth
