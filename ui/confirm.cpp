#include "ui/confirm.h"

#include "ui/painting.h"

#include <QCheckBox>
#include <QMessageBox>
#include <QPushButton>

namespace hearth {

void ask(QWidget *parent, const Question &question, std::function<void(bool)> onAccept)
{
    auto *box = new QMessageBox(QMessageBox::NoIcon, QCoreApplication::applicationName(), question.text,
                                QMessageBox::Cancel, parent);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(question.detail);
    QPushButton *accept = box->addButton(question.accept, QMessageBox::AcceptRole);
    accept->setObjectName(QStringLiteral("acceptButton"));
    setRole(accept, QStringLiteral("main"));
    if (!question.check.isEmpty())
        box->setCheckBox(new QCheckBox(question.check, box));
    QObject::connect(accept, &QPushButton::clicked, parent, [box, onAccept] {
        onAccept(box->checkBox() != nullptr && box->checkBox()->isChecked());
    });
    box->open();
}

void tell(QWidget *parent, const QString &sentence)
{
    auto *box = new QMessageBox(QMessageBox::NoIcon, QCoreApplication::applicationName(), sentence, QMessageBox::Ok, parent);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->open();
}

} // namespace hearth
