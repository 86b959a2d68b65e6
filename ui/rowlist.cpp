#include "ui/rowlist.h"

#include "ui/measures.h"
#include "ui/painting.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace measures;

namespace {

constexpr auto ActionName = "rowAction"_L1;

} // namespace

RowList::RowList(const QString &waiting, QWidget *parent)
    : QWidget(parent), m_note(plainLabel(waiting, this)), m_scroll(new QScrollArea(this)), m_rows(new QVBoxLayout)
{
    m_note->setObjectName(u"rowListNote"_s);
    m_note->setAlignment(Qt::AlignCenter);
    m_note->setWordWrap(true);
    setRole(m_note, u"dim"_s);
    auto *list = new QWidget(this);
    auto *listColumn = new QVBoxLayout(list);
    listColumn->setContentsMargins(0, 0, 0, 0);
    m_rows->setSpacing(Padding);
    listColumn->addLayout(m_rows);
    listColumn->addStretch(1);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setFocusPolicy(Qt::NoFocus); // it follows what has it
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setWidget(list);
    m_scroll->viewport()->setAutoFillBackground(false); // the dialog's shows through
    list->setAutoFillBackground(false);
    m_scroll->hide();
    // The buttons end where everything else in the dialog does, unless a scroll bar stands beside them.
    connect(m_scroll->verticalScrollBar(), &QScrollBar::rangeChanged, listColumn,
            [listColumn](int, int last) { listColumn->setContentsMargins(0, 0, last > 0 ? SmallPadding : 0, 0); });
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_note, 1);
    column->addWidget(m_scroll, 1);
}

void RowList::setRows(const QList<Row> &rows, const QString &empty, const QString &more)
{
    while (QLayoutItem *item = m_rows->takeAt(0)) {
        item->widget()->hide(); // it may have the focus, which goes on to what is shown
        item->widget()->deleteLater();
        delete item;
    }
    for (const Row &row : rows)
        addRow(row);
    if (!more.isEmpty()) {
        QLabel *below = plainLabel(more, this);
        setRole(below, u"dim"_s);
        below->setWordWrap(true);
        m_rows->addWidget(below);
    }
    m_note->setText(empty);
    m_note->setVisible(rows.isEmpty());
    m_scroll->setVisible(!rows.isEmpty());
}

void RowList::addRow(const Row &row)
{
    auto *widget = new QWidget(this);
    widget->setObjectName(u"row"_s);
    auto *layout = new QHBoxLayout(widget);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(Padding);
    auto *words = new QVBoxLayout;
    words->setSpacing(0);
    QLabel *title = plainLabel(breakable(row.title), widget);
    title->setWordWrap(true);
    words->addWidget(title);
    QLabel *detail = plainLabel(breakable(row.detail), widget);
    setRole(detail, u"dim"_s);
    detail->setWordWrap(true);
    words->addWidget(detail);
    layout->addLayout(words, 1);
    if (!row.action.isEmpty()) {
        auto *action = new QPushButton(row.action, widget);
        action->setObjectName(ActionName);
        action->setAccessibleName(row.spokenAction);
        layout->addWidget(action, 0, Qt::AlignVCenter);
        connect(action, &QPushButton::clicked, this, [this, action, id = row.id] {
            action->setEnabled(false); // until there is an answer
            emit triggered(id);
        });
    }
    m_rows->addWidget(widget);
}

void RowList::release()
{
    for (QPushButton *button : findChildren<QPushButton *>())
        button->setEnabled(true);
    if (m_rows->isEmpty())
        m_note->setText({});
}

void RowList::chain(QWidget *before, QWidget *after)
{
    for (int i = 0; i < m_rows->count(); ++i) {
        if (auto *button = m_rows->itemAt(i)->widget()->findChild<QPushButton *>(ActionName)) {
            if (before)
                setTabOrder(before, button);
            before = button;
        }
    }
    if (before && after)
        setTabOrder(before, after);
}

} // namespace hearth
