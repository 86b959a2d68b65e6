#include "ui/emptynote.h"

#include "ui/measures.h"
#include "ui/painting.h"

#include <QPushButton>
#include <QVBoxLayout>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace measures;

EmptyNote::EmptyNote(QWidget *parent) : QWidget(parent), m_text(plainLabel({}, this)), m_action(new QPushButton(this))
{
    setObjectName(u"emptyNote"_s);
    m_text->setAlignment(Qt::AlignCenter);
    m_text->setWordWrap(true);
    setRole(m_text, u"dim"_s);
    m_action->setObjectName(u"emptyNoteAction"_s);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(WideMargin, WideMargin, WideMargin, WideMargin);
    column->setSpacing(Padding);
    column->addStretch(1);
    column->addWidget(m_text);
    column->addWidget(m_action, 0, Qt::AlignHCenter);
    column->addStretch(1);
    connect(m_action, &QPushButton::clicked, this, &EmptyNote::actionTriggered);
}

void EmptyNote::say(const QString &text, const QString &action)
{
    m_text->setText(text);
    m_action->setText(action);
    m_action->setVisible(!action.isEmpty());
}

QString EmptyNote::text() const { return m_text->text(); }

} // namespace hearth
