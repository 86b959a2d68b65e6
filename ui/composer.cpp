#include "ui/composer.h"

#include "ui/icons.h"
#include "ui/measures.h"
#include "ui/painting.h"
#include "ui/words.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMimeData>
#include <QTextBlock>
#include <QTextLayout>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace measures;

namespace {

constexpr int MaxLines = 8;
constexpr double CountFrom = 0.8; ///< of the limit: from here on it counts down

int codePoints(const QString &text)
{
    return static_cast<int>(std::count_if(text.begin(), text.end(), [](QChar c) { return !c.isLowSurrogate(); }));
}

} // namespace

ComposerEdit::ComposerEdit(QWidget *parent) : QPlainTextEdit(parent)
{
    setObjectName(u"composer"_s);
    setAccessibleName(tr("Message"));
    setTabChangesFocus(true);
    setFrameShape(NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    document()->setDocumentMargin(0);
    viewport()->setAutoFillBackground(false);
    connect(this, &QPlainTextEdit::textChanged, this, &ComposerEdit::fitHeight);
    fitHeight();
}

void ComposerEdit::fitHeight()
{
    int lines = 0;
    for (QTextBlock block = document()->begin(); block.isValid() && lines <= MaxLines; block = block.next())
        lines += std::max(1, block.layout()->lineCount());
    lines = std::clamp(lines, 1, MaxLines + 1);
    setVerticalScrollBarPolicy(lines > MaxLines ? Qt::ScrollBarAsNeeded : Qt::ScrollBarAlwaysOff);
    setFixedHeight(std::min(lines, MaxLines) * fontMetrics().lineSpacing() + 2);
}

void ComposerEdit::keyPressEvent(QKeyEvent *event)
{
    const bool isEnter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    const auto modifiers = event->modifiers() & ~Qt::KeypadModifier;
    if (isEnter && modifiers == Qt::NoModifier) {
        emit submitRequested();
    } else if (isEnter && modifiers == Qt::ShiftModifier) {
        textCursor().insertText(u"\n"_s);
        ensureCursorVisible();
    } else if (event->key() == Qt::Key_Up && modifiers == Qt::NoModifier && document()->isEmpty()) {
        emit editLastRequested();
    } else if (event->key() == Qt::Key_Escape) {
        emit cancelRequested();
    } else {
        QPlainTextEdit::keyPressEvent(event);
    }
}

void ComposerEdit::focusInEvent(QFocusEvent *event)
{
    QPlainTextEdit::focusInEvent(event);
    emit focusChanged(true);
}

void ComposerEdit::focusOutEvent(QFocusEvent *event)
{
    QPlainTextEdit::focusOutEvent(event);
    emit focusChanged(false);
}

void ComposerEdit::resizeEvent(QResizeEvent *event)
{
    QPlainTextEdit::resizeEvent(event);
    if (event->size().width() != event->oldSize().width())
        fitHeight();
}

void ComposerEdit::insertFromMimeData(const QMimeData *source)
{
    if (source->hasText())
        textCursor().insertText(source->text()); // never what some page calls rich
}

Composer::Composer(QWidget *parent)
    : QWidget(parent), m_edit(new ComposerEdit(this)), m_card(new QWidget(this)), m_contextBar(new QWidget(this)),
      m_context(plainLabel({}, this)), m_count(plainLabel({}, this)), m_problem(plainLabel({}, this)),
      m_cancelButton(new QToolButton(this)), m_emojiButton(new QToolButton(this)), m_sendButton(new QToolButton(this))
{
    m_card->setObjectName(u"composerCard"_s);
    m_card->setAttribute(Qt::WA_StyledBackground);
    setRole(m_context, u"dim"_s);
    setRole(m_count, u"dim"_s);
    setRole(m_problem, u"error"_s);
    m_problem->setWordWrap(true);
    m_problem->hide();
    m_cancelButton->setToolTip(tr("Cancel (Esc)"));
    m_cancelButton->setAccessibleName(tr("Cancel"));
    m_emojiButton->setToolTip(tr("Insert an emoji"));
    m_emojiButton->setAccessibleName(tr("Insert an emoji"));
    m_sendButton->setToolTip(tr("Send (Enter)"));
    m_sendButton->setAccessibleName(tr("Send"));
    setRole(m_sendButton, u"main"_s);
    m_sendButton->setObjectName(u"sendButton"_s);
    for (QToolButton *button : { m_cancelButton, m_emojiButton, m_sendButton })
        button->setIconSize({ Icon, Icon });

    auto *contextRow = new QHBoxLayout(m_contextBar);
    contextRow->setContentsMargins(0, 0, 0, Gap);
    contextRow->addWidget(m_context, 1);
    contextRow->addWidget(m_cancelButton);
    m_context->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_contextBar->hide();

    auto *row = new QHBoxLayout;
    row->setSpacing(SmallPadding);
    row->addWidget(m_edit, 1);
    row->addWidget(m_count, 0, Qt::AlignBottom);
    row->addWidget(m_emojiButton, 0, Qt::AlignBottom);
    row->addWidget(m_sendButton, 0, Qt::AlignBottom);
    row->setAlignment(m_edit, Qt::AlignVCenter);

    auto *column = new QVBoxLayout(m_card);
    column->setContentsMargins(Padding, SmallPadding, SmallPadding, SmallPadding);
    column->setSpacing(0);
    column->addWidget(m_contextBar);
    column->addLayout(row);

    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(Margin, 0, Margin, Margin);
    outer->setSpacing(Gap);
    outer->addWidget(m_problem);
    outer->addWidget(m_card);

    connect(m_edit, &ComposerEdit::submitRequested, this, &Composer::submit);
    connect(m_sendButton, &QToolButton::clicked, this, &Composer::submit);
    connect(m_edit, &ComposerEdit::cancelRequested, this, &Composer::cancel);
    connect(m_cancelButton, &QToolButton::clicked, this, &Composer::cancel);
    connect(m_edit, &ComposerEdit::editLastRequested, this, &Composer::editLastRequested);
    connect(m_emojiButton, &QToolButton::clicked, this,
            [this] { emit emojiRequested(m_emojiButton->mapToGlobal(QPoint(0, 0))); });
    connect(m_edit, &QPlainTextEdit::textChanged, this, [this] {
        updateState();
        if (m_isSetting)
            return;
        dismissProblem();
        if (!m_editing)
            emit textEdited(text());
    });
    // Of the card's own: a field that goes with the focus tells so when there is no composer any more.
    connect(m_edit, &ComposerEdit::focusChanged, m_card, [card = m_card](bool hasFocus) {
        setStyleProperty(card, "focused", hasFocus);
    });
    setFocusProxy(m_edit);
    dimPlaceholder(m_edit);
    refreshTheme();
    updateState();
}

QString Composer::text() const
{
    // As it was written: toPlainText() would make plain spaces of those that do not break.
    QString text = m_edit->document()->toRawText();
    text.replace(QChar::ParagraphSeparator, u'\n').replace(QChar::LineSeparator, u'\n');
    return text;
}

void Composer::setText(const QString &text)
{
    const bool wasSetting = std::exchange(m_isSetting, true);
    m_edit->setPlainText(text);
    m_edit->moveCursor(QTextCursor::End);
    m_isSetting = wasSetting;
}

void Composer::setPlaceholder(const QString &text)
{
    m_placeholder = text;
    if (m_blocked.isEmpty())
        m_edit->setPlaceholderText(text);
}

void Composer::setBlocked(const QString &reason)
{
    if (reason == m_blocked)
        return;
    m_blocked = reason;
    const bool isBlocked = !reason.isEmpty();
    cancel();
    if (isBlocked)
        showProblem(reason, Until::Resolved);
    else
        m_problem->hide();
    m_edit->setReadOnly(isBlocked); // can still be read, and left with Tab
    m_edit->setPlaceholderText(isBlocked ? tr("You cannot write here now") : m_placeholder);
    m_edit->setAccessibleDescription(reason);
    m_emojiButton->setEnabled(!isBlocked);
    updateState();
}

void Composer::setMaxLength(int maxCodePoints)
{
    m_maxLength = maxCodePoints;
    updateState();
}

void Composer::beginReply(Seq seq, const QString &user, const QString &excerpt)
{
    if (!m_blocked.isEmpty())
        return;
    cancel();
    m_replyTo = seq;
    showContext(tr("Reply to %1: %2").arg(user, excerpt));
    focusField();
}

void Composer::beginEdit(Seq seq, const QString &content)
{
    if (!m_blocked.isEmpty())
        return;
    cancel();
    m_editing = seq;
    m_kept = text();
    setText(content);
    showContext(tr("Edit your message. Esc keeps it as it was."));
    focusField();
}

void Composer::cancel()
{
    m_replyTo.reset();
    if (std::exchange(m_editing, std::nullopt))
        setText(std::exchange(m_kept, {}));
    m_contextBar->hide();
    dismissProblem();
}

void Composer::showProblem(const QString &sentence, Until until)
{
    m_problemLasts = until;
    m_problem->setText(sentence);
    m_problem->show();
}

void Composer::resolveProblem()
{
    if (m_problemLasts == Until::Resolved && m_blocked.isEmpty())
        m_problem->hide();
}

void Composer::dismissProblem()
{
    if (m_problemLasts == Until::NextKey)
        m_problem->hide();
}

QString Composer::problem() const { return m_problem->isHidden() ? QString() : m_problem->text(); }

void Composer::insertText(const QString &text)
{
    if (!m_blocked.isEmpty())
        return;
    m_edit->textCursor().insertText(text);
    focusField();
}

void Composer::focusField() { m_edit->setFocus(Qt::OtherFocusReason); }

void Composer::submit()
{
    const QString content = text();
    if (content.trimmed().isEmpty() || !m_blocked.isEmpty())
        return;
    if (m_maxLength > 0 && codePoints(content) > m_maxLength) {
        showProblem(tr("This is %n character(s) too long. Shorten it, or send it in parts.", nullptr,
                       codePoints(content) - m_maxLength),
                    Until::NextKey);
        return;
    }
    if (m_editing) {
        const Seq seq = *m_editing;
        cancel();
        emit editSubmitted(seq, content);
        return;
    }
    const auto replyTo = m_replyTo;
    setText({});
    cancel();
    emit submitted(content, replyTo);
}

void Composer::refreshTheme()
{
    const Theme theme = Theme::current();
    m_cancelButton->setIcon(icons::tinted("close"_L1, theme.dim));
    m_emojiButton->setIcon(icons::tinted("smile"_L1, theme.dim));
    m_sendButton->setIcon(icons::tinted("send"_L1, theme.onAccent, theme.dim));
}

void Composer::updateState()
{
    const QString content = text();
    m_sendButton->setEnabled(!content.trimmed().isEmpty() && m_blocked.isEmpty());
    const int left = m_maxLength - codePoints(content);
    const bool isNear = m_maxLength > 0 && left < static_cast<int>(m_maxLength * (1.0 - CountFrom));
    m_count->setVisible(isNear);
    if (isNear) {
        m_count->setText(QLocale().toString(left));
        setRole(m_count, left < 0 ? u"error"_s : u"dim"_s);
    }
}

void Composer::showContext(const QString &text)
{
    m_context->setText(text);
    m_contextBar->show();
}

} // namespace hearth
