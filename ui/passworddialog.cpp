#include "ui/passworddialog.h"

#include "protocol/limits.h"
#include "ui/measures.h"
#include "ui/painting.h"
#include "ui/words.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace measures;

PasswordDialog::PasswordDialog(bool hasOld, QWidget *parent)
    : QDialog(parent), m_warning(plainLabel(Words::passwordNotEncrypted(), this)),
      m_old(hasOld ? new QLineEdit(this) : nullptr), m_new(new QLineEdit(this)), m_again(new QLineEdit(this)), m_hint(plainLabel({}, this)), m_problem(plainLabel({}, this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(hasOld ? tr("Change your password") : tr("Set a password"));
    setMinimumWidth(400);
    auto *why = plainLabel(hasOld ? tr("All other devices on which you are signed in are signed out.")
                                  : tr("With a password you can sign in on other devices under your name."), this);
    setRole(why, u"dim"_s);
    why->setWordWrap(true);
    m_warning->setObjectName(u"passwordNotEncrypted"_s);
    setRole(m_warning, u"warn"_s);
    m_warning->setWordWrap(true);
    m_warning->hide();
    auto *form = new QFormLayout;
    form->setSpacing(SmallPadding);
    const auto addRow = [this, form](const QString &name, const QString &object, QLineEdit *field) {
        field->setEchoMode(QLineEdit::Password);
        field->setMaxLength(limits::MaxPasswordLength);
        field->setObjectName(object);
        QLabel *label = plainLabel(name, this);
        label->setBuddy(field);
        field->setAccessibleName(QString(name).remove(u'&'));
        form->addRow(label, field);
        connect(field, &QLineEdit::textChanged, this, [this] {
            m_problem->hide();
            updateState();
        });
    };
    if (m_old != nullptr)
        addRow(tr("&Old password"), u"oldPassword"_s, m_old);
    addRow(tr("&New password"), u"newPassword"_s, m_new);
    addRow(tr("New password &again"), u"newPasswordAgain"_s, m_again);
    setRole(m_hint, u"dim"_s);
    m_hint->setWordWrap(true);
    setRole(m_problem, u"error"_s);
    m_problem->setWordWrap(true);
    m_problem->hide();
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_accept = buttons->addButton(hasOld ? tr("Change") : tr("Set"), QDialogButtonBox::AcceptRole);
    setRole(m_accept, u"main"_s);
    m_accept->setObjectName(u"acceptButton"_s);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(Margin, Margin, Margin, Margin);
    column->setSpacing(Padding);
    column->addWidget(headingLabel(windowTitle(), this));
    column->addWidget(why);
    column->addWidget(m_warning);
    column->addLayout(form);
    column->addWidget(m_hint);
    column->addWidget(m_problem);
    column->addWidget(buttons);

    connect(buttons, &QDialogButtonBox::accepted, this, &PasswordDialog::submit);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    updateState();
}

void PasswordDialog::setOpenToOthers(bool isOpen)
{
    m_warning->setVisible(isOpen);
    m_new->setAccessibleDescription(isOpen ? m_warning->text() : QString());
}

void PasswordDialog::setProblem(const QString &sentence)
{
    m_problem->setText(sentence);
    m_problem->setVisible(!sentence.isEmpty());
    updateState();
}

void PasswordDialog::updateState()
{
    const bool isLongEnough = m_new->text().size() >= limits::MinPasswordLength;
    const bool isSame = m_new->text() == m_again->text();
    if (!isLongEnough)
        m_hint->setText(tr("%1 characters or more.").arg(limits::MinPasswordLength));
    else
        m_hint->setText(isSame ? QString() : tr("The two are not the same yet."));
    m_accept->setEnabled(isLongEnough && isSame && (m_old == nullptr || !m_old->text().isEmpty()));
}

void PasswordDialog::submit()
{
    m_problem->hide();
    m_accept->setEnabled(false); // until there is an answer
    emit passwordChosen(m_old == nullptr ? std::nullopt : std::optional(m_old->text()), m_new->text());
}

} // namespace hearth
