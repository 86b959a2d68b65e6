#include "ui/passwordprompt.h"

#include "client/connectionstatus.h"
#include "protocol/limits.h"
#include "ui/measures.h"
#include "ui/painting.h"
#include "ui/words.h"

#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QVBoxLayout>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace measures;

PasswordPrompt::PasswordPrompt(QWidget *parent)
    : QWidget(parent), m_hint(plainLabel({}, this)), m_warning(plainLabel(Words::passwordNotEncrypted(), this)),
      m_field(new QLineEdit(this)), m_reveal(new QCheckBox(this)), m_problem(plainLabel({}, this))
{
    setRole(m_hint, u"dim"_s);
    m_hint->setWordWrap(true);
    m_warning->setObjectName(u"passwordNotEncrypted"_s);
    setRole(m_warning, u"warn"_s);
    m_warning->setWordWrap(true);
    m_warning->hide();
    m_field->setObjectName(u"password"_s);
    m_field->setMaxLength(limits::MaxPasswordLength);
    dimPlaceholder(m_field);
    m_reveal->setObjectName(u"revealPassword"_s);
    m_reveal->setText(tr("&Show what I type"));
    setRole(m_problem, u"error"_s);
    m_problem->setWordWrap(true);
    m_problem->hide();
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(SmallPadding);
    column->addWidget(m_hint);
    column->addWidget(m_warning);
    column->addWidget(m_field);
    column->addWidget(m_problem);
    column->addWidget(m_reveal);
    connect(m_field, &QLineEdit::returnPressed, this, &PasswordPrompt::entered);
    connect(m_field, &QLineEdit::textEdited, this, &PasswordPrompt::clearProblem);
    connect(m_reveal, &QCheckBox::toggled, this,
            [this](bool isShown) { m_field->setEchoMode(isShown ? QLineEdit::Normal : QLineEdit::Password); });
    dismiss();
}

void PasswordPrompt::setOpenToOthers(bool isOpen) { m_warning->setVisible(isOpen); }

void PasswordPrompt::setSecret(Secret secret)
{
    QString name;
    QString hint;
    switch (secret) {
    case Secret::OfChat:
        name = tr("Password of the chat");
        break;
    case Secret::OfAccount:
        name = tr("Password of your account");
        hint = tr("This chat is for people with an account. Type the name and the password of yours.");
        break;
    case Secret::OfNewAccount:
        name = tr("New password");
        hint = tr("This chat is for people with an account, and your invite gets you one. Choose a password of at least %1 characters. "
                  "If the name above is yours already, type its password.").arg(limits::MinPasswordLength);
        break;
    case Secret::OfName:
        name = tr("Password of your name");
        break;
    }
    if (secret != m_secret) {
        m_ofChat = secret == Secret::OfName ? passwords().password : QString();
        m_field->clear();
    }
    m_secret = secret;
    m_field->setPlaceholderText(name);
    m_field->setAccessibleName(name);
    m_field->setAccessibleDescription(m_warning->isHidden() ? hint : QStringList { m_warning->text(), hint }.join(u' ').trimmed());
    m_hint->setText(hint);
    m_hint->setVisible(!hint.isEmpty());
    m_reveal->setChecked(false);
    m_reveal->setVisible(secret == Secret::OfNewAccount);
    show();
}

void PasswordPrompt::ask(Secret secret)
{
    setSecret(secret);
    m_field->setFocus(Qt::OtherFocusReason);
}

void PasswordPrompt::forgetName()
{
    if (isHidden() || m_secret != Secret::OfName)
        return;
    const QString ofChat = m_ofChat;
    dismiss();
    if (ofChat.isEmpty())
        return;
    setSecret(Secret::OfChat);
    m_field->setText(ofChat);
}

void PasswordPrompt::ask(Secret secret, const QString &problem)
{
    ask(secret);
    showProblem(problem);
}

void PasswordPrompt::showProblem(const QString &sentence)
{
    m_problem->setText(sentence);
    m_problem->show();
    setInvalid(m_field, true);
    m_field->setFocus(Qt::OtherFocusReason);
}

void PasswordPrompt::clearProblem()
{
    m_problem->hide();
    setInvalid(m_field, false);
}

void PasswordPrompt::dismiss()
{
    hide();
    clearProblem();
    m_ofChat.clear();
    m_field->clear();
    m_reveal->setChecked(false);
    m_field->setEchoMode(QLineEdit::Password);
}

Passwords PasswordPrompt::passwords() const
{
    if (isHidden())
        return {};
    return m_secret == Secret::OfName ? Passwords { m_ofChat, m_field->text() } : Passwords { m_field->text(), {} };
}

bool PasswordPrompt::check()
{
    if (isHidden() || m_secret != Secret::OfNewAccount || m_field->text().size() >= limits::MinPasswordLength)
        return true;
    ConnectionStatus status;
    status.problem = ConnectionStatus::Problem::NoPasswordChosen;
    showProblem(Words::joinProblem(status, {}));
    return false;
}

} // namespace hearth
