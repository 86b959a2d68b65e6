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
    : QDialog(parent), m_column(new QVBoxLayout(this)), m_reason(new QLineEdit(this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setObjectName(u"sanctionDialog"_s);
    setWindowTitle(QCoreApplication::applicationName());
    setAccessibleName(title);
    setAccessibleDescription(detail);
    setMinimumWidth(QuestionWidth);
    m_column->setContentsMargins(Margin, Margin, Margin, Margin);
    m_column->setSpacing(Padding);
    m_column->addWidget(headingLabel(title, this));
    QLabel *text = plainLabel(detail, this);
    text->setWordWrap(true);
    m_column->addWidget(text);
    if (length == Length::Lasting) {
        m_length = new ChoiceBox(tr("For how long"), this);
        m_length->setObjectName(u"lengthChoice"_s);
        for (const qint64 seconds : Lengths)
            m_length->addItem(tr("For %1").arg(ModerationWords::duration(seconds)), seconds);
        m_length->addItem(tr("For good"));
        m_length->setCurrentIndex(UsualLength);
        m_column->addWidget(m_length);
    }
    m_reason->setObjectName(u"reasonField"_s);
    m_reason->setMaxLength(limits::MaxReasonLength);
    m_reason->setPlaceholderText(tr("Why? They can read it. (optional)"));
    m_reason->setAccessibleName(tr("Reason"));
    dimPlaceholder(m_reason);
    m_column->addWidget(m_reason);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_accept = buttons->addButton(accept, QDialogButtonBox::AcceptRole);
    m_accept->setObjectName(u"acceptButton"_s);
    m_accept->setDefault(true);
    setRole(m_accept, u"main"_s);
    m_column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &SanctionDialog::submit);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    m_reason->setFocus();
}

void SanctionDialog::addAbove(QWidget *widget)
{
    constexpr int BelowTheSentence = 2;
    m_column->insertWidget(BelowTheSentence, widget);
}

std::optional<qint64> SanctionDialog::forSeconds() const
{
    const QVariant seconds = m_length != nullptr ? m_length->currentData() : QVariant();
    return seconds.isValid() ? std::optional(seconds.toLongLong()) : std::nullopt;
}

QString SanctionDialog::reason() const { return m_reason->text().simplified(); }

void SanctionDialog::submit()
{
    emit decided(forSeconds(), reason());
    accept();
}

} // namespace hearth
