#include "ui/auditdialog.h"

#include "ui/measures.h"
#include "ui/moderationwords.h"
#include "ui/painting.h"
#include "ui/words.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace measures;

namespace {

constexpr QSize SmallestSize { 520, 420 };
constexpr qsizetype ShownSentence = 400;

} // namespace

AuditDialog::AuditDialog(QWidget *parent)
    : QDialog(parent), m_list(new QListWidget(this)), m_note(plainLabel(tr("Looking it up…"), this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setObjectName(u"auditDialog"_s);
    setWindowTitle(tr("Audit log"));
    setMinimumSize(SmallestSize);
    m_list->setObjectName(u"auditEntries"_s);
    m_list->setAccessibleName(tr("Audit log"));
    m_list->setWordWrap(true);
    m_list->setTextElideMode(Qt::ElideNone);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->hide();
    m_note->setAlignment(Qt::AlignCenter);
    m_note->setWordWrap(true);
    setRole(m_note, u"dim"_s);
    auto *buttons = new QDialogButtonBox(this);
    m_older = buttons->addButton(tr("Show older"), QDialogButtonBox::ActionRole);
    m_older->setObjectName(u"olderButton"_s);
    m_older->setEnabled(false);
    m_older->hide(); // until there is something that older ones come after
    buttons->addButton(tr("Close"), QDialogButtonBox::RejectRole);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(Margin, Margin, Margin, Margin);
    column->setSpacing(Padding);
    column->addWidget(headingLabel(windowTitle(), this));
    column->addWidget(m_list, 1);
    column->addWidget(m_note, 1);
    column->addWidget(buttons);
    connect(m_older, &QPushButton::clicked, this, [this] {
        m_older->setEnabled(false); // until the page is there
        emit olderRequested(m_oldest);
    });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

void AuditDialog::append(const AuditListed &page)
{
    const QDateTime now = QDateTime::currentDateTimeUtc();
    for (const AuditEntry &entry : page.entries) {
        const QString sentence = Words::oneLine(ModerationWords::deed(entry, now), ShownSentence);
        m_list->addItem(tr("%1  —  %2").arg(Words::when(entry.at, now), sentence));
        m_oldest = entry.id;
    }
    fitRows();
    m_older->setEnabled(page.hasMore && m_oldest > 0);
    const bool isEmpty = m_list->count() == 0;
    m_list->setVisible(!isEmpty);
    m_older->setVisible(!isEmpty);
    m_note->setVisible(isEmpty);
    m_note->setText(tr("Nobody was removed, banned or muted yet, and no room was restricted."));
    if (!isEmpty && m_list->currentRow() < 0) {
        m_list->setCurrentRow(0);
        m_list->setFocus();
    }
}

void AuditDialog::resizeEvent(QResizeEvent *event)
{
    QDialog::resizeEvent(event);
    fitRows();
}

void AuditDialog::fitRows()
{
    const int width = m_list->width() - 4 * Margin; // the style's padding and a scroll bar, and to spare
    const QFontMetrics metrics(m_list->font());
    for (int row = 0; row < m_list->count(); ++row) {
        QListWidgetItem *item = m_list->item(row);
        const QRect text = metrics.boundingRect(QRect(0, 0, width, 10'000), Qt::TextWordWrap, item->text());
        item->setSizeHint({ 0, text.height() + 2 * Gap });
    }
}

void AuditDialog::setProblem(const QString &sentence)
{
    m_note->setText(sentence);
    m_note->show();
}

} // namespace hearth
