#include "ui/choosedialog.h"

#include "ui/measures.h"
#include "ui/painting.h"
#include "ui/words.h"

#include <QDialogButtonBox>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace measures;

ChooseDialog::ChooseDialog(const QString &title, const QString &acceptText, const QString &emptyText, QWidget *parent)
    : QDialog(parent), m_emptyText(emptyText), m_filter(new QLineEdit(this)), m_list(new QListWidget(this)),
      m_empty(plainLabel(emptyText, this)), m_problem(plainLabel({}, this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(title);
    setMinimumSize(360, 380);
    m_filter->setPlaceholderText(tr("Filter by name"));
    m_filter->setAccessibleName(tr("Filter by name"));
    m_filter->setClearButtonEnabled(true);
    m_filter->installEventFilter(this);
    dimPlaceholder(m_filter);
    m_list->setAccessibleName(title);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setTextElideMode(Qt::ElideRight);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    setRole(m_empty, u"dim"_s);
    setRole(m_problem, u"error"_s);
    m_problem->setWordWrap(true);
    m_problem->hide();

    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_accept = buttons->addButton(acceptText, QDialogButtonBox::AcceptRole);
    setRole(m_accept, u"main"_s);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(Margin, Margin, Margin, Margin);
    column->setSpacing(Padding);
    column->addWidget(headingLabel(title, this));
    column->addWidget(m_filter);
    column->addWidget(m_list, 1);
    column->addWidget(m_empty, 1);
    column->addWidget(m_problem);
    column->addWidget(buttons);

    connect(m_filter, &QLineEdit::textChanged, this, &ChooseDialog::filter);
    connect(m_list, &QListWidget::currentItemChanged, this, &ChooseDialog::updateAccept);
    connect(m_list, &QListWidget::itemActivated, this, &ChooseDialog::choose);
    connect(buttons, &QDialogButtonBox::accepted, this, &ChooseDialog::choose);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    filter();
}

void ChooseDialog::setChoices(const QList<Choice> &choices)
{
    m_choices = choices;
    filter();
}

void ChooseDialog::setProblem(const QString &sentence)
{
    m_problem->setText(sentence);
    m_problem->setVisible(!sentence.isEmpty());
}

void ChooseDialog::filter()
{
    m_list->clear();
    const QString wanted = m_filter->text().trimmed();
    for (const Choice &choice : m_choices) {
        if (!choice.text.contains(wanted, Qt::CaseInsensitive) && !choice.detail.contains(wanted, Qt::CaseInsensitive))
            continue;
        const QString text = choice.detail.isEmpty() ? choice.text : choice.text + u"  —  "_s + choice.detail;
        auto *item = new QListWidgetItem(Words::oneLine(text, 200), m_list);
        item->setData(Qt::UserRole, choice.value);
        item->setSizeHint({ 0, RoomRowHeight });
        if (!choice.value.isValid())
            item->setForeground(palette().brush(QPalette::Disabled, QPalette::Text));
    }
    const bool isEmpty = m_list->count() == 0;
    m_empty->setText(m_choices.isEmpty() ? m_emptyText : tr("Nothing is called that."));
    m_list->setVisible(!isEmpty);
    m_empty->setVisible(isEmpty);
    m_list->setCurrentRow(isEmpty ? -1 : 0);
    updateAccept();
}

void ChooseDialog::updateAccept()
{
    const QListWidgetItem *item = m_list->currentItem();
    m_accept->setEnabled(item != nullptr && item->data(Qt::UserRole).isValid());
}

void ChooseDialog::choose()
{
    const QListWidgetItem *item = m_list->currentItem();
    if (item != nullptr && item->data(Qt::UserRole).isValid())
        emit chosen(item->data(Qt::UserRole));
}

bool ChooseDialog::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_filter && event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        const int step = key->key() == Qt::Key_Down ? 1 : key->key() == Qt::Key_Up ? -1 : 0;
        if (step != 0 && m_list->count() > 0) {
            m_list->setCurrentRow((m_list->currentRow() + step + m_list->count()) % m_list->count());
            return true;
        }
        if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
            choose();
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace hearth
