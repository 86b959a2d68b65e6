#include "ui/addressbandialog.h"

#include "ui/measures.h"
#include "ui/moderationwords.h"
#include "ui/painting.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace measures;

namespace {

constexpr int LongestSubnet = 64; ///< UTF-16 units; the longest that there is has 49

} // namespace

AddressBanDialog::AddressBanDialog(QWidget *parent)
    : SanctionDialog(tr("Ban an address"),
                     tr("Everybody who is connected from there is removed, and nobody can come back from there. What they said stays."),
                     tr("Ban"), Length::Lasting, parent),
      m_address(new QLineEdit(this)), m_problem(plainLabel({}, this))
{
    setObjectName(u"addressBanDialog"_s);
    m_address->setObjectName(u"addressField"_s);
    m_address->setMaxLength(LongestSubnet);
    m_address->setPlaceholderText(tr("192.0.2.7, 192.0.2.0/24 or 2001:db8::/32"));
    m_address->setAccessibleName(tr("Address or subnet"));
    dimPlaceholder(m_address);
    m_problem->setObjectName(u"addressProblem"_s);
    setRole(m_problem, u"error"_s);
    m_problem->setWordWrap(true);
    m_problem->hide();
    auto *place = new QWidget(this);
    auto *column = new QVBoxLayout(place);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(SmallPadding);
    column->addWidget(m_address);
    column->addWidget(m_problem);
    addAbove(place);
    QWidget::setTabOrder(acceptButton(), m_address); // once round: it comes first
    connect(m_address, &QLineEdit::textEdited, this, [this] {
        m_problem->hide();
        setInvalid(m_address, false);
        m_address->setAccessibleDescription({});
    });
    m_address->setFocus();
}

void AddressBanDialog::setProblem(const QString &sentence)
{
    m_problem->setText(sentence);
    m_problem->show();
    m_address->setAccessibleDescription(sentence);
    setInvalid(m_address, true);
    acceptButton()->setEnabled(true);
    layout()->activate();
    resize(width(), std::max(height(), layout()->totalHeightForWidth(width()))); // a dialog does not grow by itself for lines that wrap
    m_address->setFocus(Qt::OtherFocusReason);
}

void AddressBanDialog::submit()
{
    const QString address = m_address->text().trimmed();
    if (address.isEmpty()) {
        setProblem(ModerationWords::noAddress());
        return;
    }
    acceptButton()->setEnabled(false); // until there is an answer
    emit banRequested(address, forSeconds(), reason());
}

} // namespace hearth
