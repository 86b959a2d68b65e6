#include "ui/removedpage.h"

#include "ui/measures.h"
#include "ui/moderationwords.h"
#include "ui/painting.h"
#include "ui/words.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace measures;

namespace {

constexpr qsizetype ShownChat = 64;

} // namespace

RemovedPage::RemovedPage(QWidget *parent)
    : QWidget(parent), m_title(plainLabel({}, this)), m_detail(plainLabel({}, this)), m_back(new QPushButton(tr("Back to the start"), this))
{
    setObjectName(u"removedPage"_s);
    QFont titleFont = scaled(font(), RoomTitleType);
    titleFont.setBold(true);
    m_title->setFont(titleFont);
    m_title->setObjectName(u"removedTitle"_s);
    m_detail->setObjectName(u"removedDetail"_s);
    for (QLabel *label : { m_title, m_detail }) {
        label->setWordWrap(true);
        label->setAlignment(Qt::AlignHCenter);
    }
    m_back->setObjectName(u"backButton"_s);
    setRole(m_back, u"main"_s);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(Margin, Margin, Margin, Margin);
    column->setSpacing(Margin);
    column->addStretch(1);
    column->addWidget(m_title);
    column->addWidget(m_detail);
    auto *row = new QHBoxLayout;
    row->addStretch(1);
    row->addWidget(m_back);
    row->addStretch(1);
    column->addLayout(row);
    column->addStretch(2);
    connect(m_back, &QPushButton::clicked, this, &RemovedPage::backRequested);
}

void RemovedPage::setRemoval(const Removal &removal, const QString &chat)
{
    m_title->setText(ModerationWords::removed(removal, Words::oneLine(chat, ShownChat)));
    m_detail->setText(breakable(ModerationWords::removedDetail(removal, QDateTime::currentDateTimeUtc())));
    setAccessibleName(m_title->text());
    setAccessibleDescription(m_detail->text());
    m_back->setFocus();
}

} // namespace hearth
