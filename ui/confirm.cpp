#include "ui/confirm.h"

#include "ui/measures.h"
#include "ui/painting.h"

#include <QCheckBox>
#include <QDialog>
#include <QDialogButtonBox>
#include <QPushButton>
#include <QVBoxLayout>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace measures;

// Our own and not Qt's box for it: that one takes a detail for rich text when it looks like it, and opens its links.
void ask(QWidget *parent, const Question &question, std::function<void(bool)> onAccept)
{
    auto *dialog = new QDialog(parent);
    dialog->setObjectName(u"question"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(QCoreApplication::applicationName());
    dialog->setAccessibleName(question.text);
    dialog->setAccessibleDescription(question.detail);
    dialog->setMinimumWidth(QuestionWidth);
    auto *column = new QVBoxLayout(dialog);
    column->setContentsMargins(Margin, Margin, Margin, Margin);
    column->setSpacing(Padding);
    column->addWidget(headingLabel(question.text, dialog));
    if (!question.detail.isEmpty()) {
        QLabel *detail = plainLabel(breakable(question.detail), dialog);
        detail->setObjectName(u"questionDetail"_s);
        detail->setWordWrap(true);
        column->addWidget(detail);
    }
    auto *check = new QCheckBox(question.check, dialog);
    check->setVisible(!question.check.isEmpty());
    column->addWidget(check);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, dialog);
    QPushButton *accept = buttons->addButton(question.accept, QDialogButtonBox::AcceptRole);
    accept->setObjectName(u"acceptButton"_s);
    accept->setDefault(true);
    setRole(accept, u"main"_s);
    column->addWidget(buttons);
    accept->setFocus();

    QObject::connect(buttons, &QDialogButtonBox::accepted, dialog, &QDialog::accept);
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    QObject::connect(dialog, &QDialog::accepted, parent, [check, onAccept] { onAccept(check->isChecked()); });
    dialog->open();
}

void tell(QWidget *parent, const QString &text)
{
    auto *dialog = new QDialog(parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(QCoreApplication::applicationName());
    auto *column = new QVBoxLayout(dialog);
    column->setContentsMargins(Margin, Margin, Margin, Margin);
    column->setSpacing(Padding);
    QLabel *label = plainLabel(text, dialog);
    label->setObjectName(u"told"_s);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    column->addWidget(label);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Ok, dialog);
    column->addWidget(buttons);
    buttons->button(QDialogButtonBox::Ok)->setFocus();
    QObject::connect(buttons, &QDialogButtonBox::accepted, dialog, &QDialog::accept);
    dialog->open();
}

} // namespace hearth
