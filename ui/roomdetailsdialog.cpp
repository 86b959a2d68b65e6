#include "ui/roomdetailsdialog.h"

#include "ui/choicebox.h"
#include "ui/measures.h"
#include "ui/moderationwords.h"
#include "ui/painting.h"
#include "ui/words.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace measures;

namespace {

constexpr int AsTheServer = -1; ///< in the list of choices
constexpr int DialogWidth = 440;

QLabel *wrapped(QWidget *parent)
{
    QLabel *label = plainLabel({}, parent);
    label->setWordWrap(true);
    return label;
}

} // namespace

RoomDetailsDialog::RoomDetailsDialog(const RoomDetails &details, QWidget *parent)
    : QDialog(parent), m_details(details), m_name(wrapped(this)), m_topic(wrapped(this)), m_facts(new QFormLayout),
      m_kept(wrapped(this)), m_choice(new ChoiceBox(tr("How long messages are kept"), this)), m_warning(wrapped(this)), m_problem(wrapped(this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Room details"));
    setFixedWidth(DialogWidth);
    QFont nameFont = scaled(font(), RoomTitleType);
    nameFont.setBold(true);
    m_name->setFont(nameFont);
    setRole(m_topic, u"dim"_s);
    m_kept->setObjectName(u"keptSentence"_s);
    m_choice->setObjectName(u"keepChoice"_s);
    setRole(m_warning, u"dim"_s);
    setRole(m_problem, u"error"_s);
    m_problem->hide();
    m_facts->setHorizontalSpacing(Margin);
    m_facts->setVerticalSpacing(Gap);

    auto *buttons = new QDialogButtonBox(this);
    buttons->addButton(tr("Close"), QDialogButtonBox::RejectRole)->setAutoDefault(true);
    m_change = buttons->addButton(tr("Change"), QDialogButtonBox::AcceptRole);
    setRole(m_change, u"main"_s);
    m_change->setObjectName(u"changeButton"_s);
    auto *head = new QVBoxLayout;
    head->setSpacing(Gap);
    head->addWidget(m_name);
    head->addWidget(m_topic);
    auto *keeping = new QVBoxLayout;
    keeping->setSpacing(SmallPadding);
    keeping->addWidget(m_kept);
    keeping->addWidget(m_choice);
    keeping->addWidget(m_warning);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(Margin, Margin, Margin, Margin);
    column->setSpacing(Margin);
    column->addLayout(head);
    column->addLayout(m_facts);
    column->addLayout(keeping);
    column->addWidget(m_problem);
    column->addWidget(buttons);

    connect(m_choice, &QComboBox::currentIndexChanged, this, &RoomDetailsDialog::updateState);
    connect(buttons, &QDialogButtonBox::accepted, this, &RoomDetailsDialog::submit);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    showFacts();
    fillChoices();
    updateState();
}

void RoomDetailsDialog::setDetails(const RoomDetails &details)
{
    if (details == m_details)
        return;
    const bool isSameChoice = details.keepDays == m_details.keepDays && details.serverKeepDays == m_details.serverKeepDays;
    m_details = details;
    showFacts();
    if (!isSameChoice)
        fillChoices();
    updateState();
}

void RoomDetailsDialog::showFacts()
{
    m_name->setText(m_details.name);
    m_topic->setText(m_details.topic);
    m_topic->setVisible(!m_details.topic.isEmpty());
    while (m_facts->rowCount() > 0)
        m_facts->removeRow(0);
    const auto add = [this](const QString &name, const QString &value) {
        QLabel *fact = wrapped(this);
        fact->setText(value);
        fact->setAccessibleName(name + u": "_s + value);
        QLabel *title = plainLabel(name, this);
        setRole(title, u"dim"_s);
        m_facts->addRow(title, fact);
    };
    add(tr("Kind"), Words::roomKind(m_details.kind));
    if (m_details.kind != RoomKind::Direct)
        add(tr("Members"), QLocale().toString(m_details.memberCount));
    if (m_details.creator)
        add(tr("Made by"), m_details.creator->toString());
    if (m_details.isClosed)
        add(tr("Writing"), ModerationWords::closedRoom());
    if (m_details.slowModeSeconds > 0)
        add(tr("Slow mode"), ModerationWords::slowMode(m_details.slowModeSeconds));
    m_kept->setText(Words::kept(m_details.keepDays.value_or(m_details.serverKeepDays)));
}

void RoomDetailsDialog::setProblem(const QString &sentence)
{
    m_problem->setText(sentence);
    m_problem->setVisible(!sentence.isEmpty());
    updateState();
}

/// The usual ones, and the one that holds.
void RoomDetailsDialog::fillChoices()
{
    const int current = m_details.keepDays.value_or(AsTheServer);
    QList<int> days { 1, 7, 30, 90, 365 };
    if (current > 0 && !days.contains(current))
        days.append(current);
    std::sort(days.begin(), days.end());
    const QSignalBlocker quiet(m_choice);
    m_choice->clear();
    m_choice->addItem(tr("As the server does (%1)").arg(Words::keeping(m_details.serverKeepDays).toLower()), AsTheServer);
    m_choice->addItem(Words::keeping(0), 0);
    for (const int each : std::as_const(days))
        m_choice->addItem(Words::keeping(each), each);
    m_choice->setCurrentIndex(m_choice->findData(current));
}

std::optional<int> RoomDetailsDialog::chosen() const
{
    const int days = m_choice->currentData().toInt();
    return days == AsTheServer ? std::nullopt : std::optional(days);
}

void RoomDetailsDialog::updateState()
{
    const bool isOther = chosen() != m_details.keepDays;
    const int days = chosen().value_or(m_details.serverKeepDays);
    m_choice->setVisible(m_details.mayChange);
    m_change->setVisible(m_details.mayChange);
    m_change->setEnabled(isOther);
    m_change->setDefault(isOther);
    m_warning->setVisible(m_details.mayChange && isOther && days > 0);
    m_warning->setText(Words::willExpire(days));
    adjustSize();
}

void RoomDetailsDialog::submit()
{
    m_problem->hide();
    m_change->setEnabled(false); // until there is an answer
    emit keepChosen(chosen());
}

} // namespace hearth
