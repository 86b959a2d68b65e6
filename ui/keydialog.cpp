#include "ui/keydialog.h"

#include "ui/measures.h"
#include "ui/painting.h"
#include "ui/words.h"

#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QFrame>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace measures;

namespace {

constexpr int Width = 440;

QLabel *paragraph(const QString &text, QWidget *parent)
{
    QLabel *label = plainLabel(text, parent);
    label->setWordWrap(true);
    return label;
}

/// The words in three lines, large enough to be read to somebody.
QWidget *wordsCard(const QString &caption, const Fingerprint &key, QWidget *parent)
{
    auto *card = new QFrame(parent);
    card->setObjectName(u"card"_s);
    auto *column = new QVBoxLayout(card);
    column->setContentsMargins(Margin, Padding, Margin, Padding);
    column->setSpacing(Gap);
    if (!caption.isEmpty()) {
        QLabel *title = plainLabel(caption, card);
        setRole(title, u"dim"_s);
        column->addWidget(title);
    }
    QLabel *words = plainLabel(Words::keyWords(key), card);
    words->setFont(scaled(QFontDatabase::systemFont(QFontDatabase::FixedFont), StartTitleType));
    words->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    words->setAccessibleName(caption.isEmpty() ? key.words() : caption + u": "_s + key.words());
    words->setObjectName(u"keyWords"_s);
    column->addWidget(words);
    return card;
}

} // namespace

KeyDialog::KeyDialog(const ConnectionStatus &status, const QString &address, QWidget *parent) : QDialog(parent)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setModal(true);
    setFixedWidth(Width);
    const bool isChanged = status.problem == ConnectionStatus::Problem::ChangedKey;
    const QString title = isChanged ? tr("The key of this chat has changed") : tr("Is this the right chat?");
    setWindowTitle(title);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(WideMargin, WideMargin, WideMargin, Margin);
    column->setSpacing(Padding);
    column->addWidget(headingLabel(title, this));
    column->addWidget(paragraph(Words::keyQuestion(status, address), this));
    if (isChanged)
        column->addWidget(wordsCard(tr("Before"), status.knownKey, this));
    column->addWidget(wordsCard(isChanged ? tr("Now") : QString(), status.presentedKey, this));
    QLabel *advice = paragraph(Words::keyAdvice(status), this);
    setRole(advice, u"dim"_s);
    column->addWidget(advice);

    auto *buttons = new QDialogButtonBox(this);
    QPushButton *back = buttons->addButton(isChanged ? tr("Back") : tr("Cancel"), QDialogButtonBox::RejectRole);
    back->setObjectName(u"backButton"_s);
    if (isChanged)
        setRole(back, u"main"_s);
    if (!isChanged || status.isVouchedFor) {
        QPushButton *trust = buttons->addButton(isChanged ? tr("Trust the new key") : tr("They are the same"), QDialogButtonBox::AcceptRole);
        trust->setObjectName(u"trustButton"_s);
        trust->setAutoDefault(false);
        if (!isChanged)
            setRole(trust, u"main"_s);
    }
    // Somebody who presses Enter has not compared anything.
    back->setDefault(true);
    back->setFocus();
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

} // namespace hearth
