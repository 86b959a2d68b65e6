#include "ui/sanctiondialog.h"

#include "protocol/limits.h"
#include "ui/choicebox.h"
#include "ui/measures.h"
#include "ui/moderationwords.h"
#include "ui/painting.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace measures;

namespace {

constexpr qint64 Lengths[] { 600, 3'600, 86'400, 7 * 86'400, 30 * 86'400 };
constexpr int UsualLength = 1; ///< an hour

} // namespace

SanctionDialog::SanctionDialog(const QString &title, const QString &detail, const QString &accept, Length length, QWidget *parent)
    : QDialog(parent), m_reason(new QLineEdit(this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setObjectName(u"sanctionDialog"_s);
    setWindowTitle(QCoreApplication::applicationName());
    setAccessibleName(title);
    setAccessibleDescription(detail);
    setMinimumWidth(QuestionWidth);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(Margin, Margin, Margin, Margin);
    column->setSpacing(Padding);
    column->addWidget(headingLabel(title, this));
    QLabel *text = plainLabel(detail, this);
    text->setWordWrap(true);
    column->addWidget(text);
    if (length == Length::Lasting) {
        m_length = new ChoiceBox(tr("For how long"), this);
        m_length->setObjectName(u"lengthChoice"_s);
        for (const qint64 seconds : Lengths)
            m_length->addItem(tr("For %1").arg(ModerationWords::duration(seconds)), seconds);
        m_length->addItem(tr("For good"));
        m_length->setCurrentIndex(UsualLength);
        column->addWidget(m_length);
    }
    m_reason->setObjectName(u"reasonField"_s);
    m_reason->setMaxLength(limits::MaxReasonLength);
    m_reason->setPlaceholderText(tr("Why? They can read it. (optional)"));
    m_reason->setAccessibleName(tr("Reason"));
    dimPlaceholder(m_reason);
    column->addWidget(m_reason);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    QPushButton *button = buttons->addButton(accept, QDialogButtonBox::AcceptRole);
    button->setObjectName(u"acceptButton"_s);
    button->setDefault(true);
    setRole(button, u"main"_s);
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &SanctionDialog::submit);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    m_reason->setFocus();
}

void SanctionDialog::submit()
{
    const QVariant seconds = m_length != nullptr ? m_length->currentData() : QVariant();
    emit decided(seconds.isValid() ? std::optional(seconds.toLongLong()) : std::nullopt, m_reason->text().simplified());
    accept();
}

} // namespace hearth
