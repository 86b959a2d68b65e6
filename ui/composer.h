#pragma once

#include "protocol/ids.h"

#include <QPlainTextEdit>
#include <QWidget>

#include <optional>

class QLabel;
class QToolButton;

namespace hearth {

/// The field of the composer: one line that grows to eight. Enter submits, Shift+Enter breaks the line.
class ComposerEdit : public QPlainTextEdit
{
    Q_OBJECT

public:
    explicit ComposerEdit(QWidget *parent = nullptr);

signals:
    void submitRequested();
    void editLastRequested(); ///< Up in an empty field
    void cancelRequested(); ///< Escape
    void focusChanged(bool hasFocus);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void insertFromMimeData(const QMimeData *source) override;

private:
    void fitHeight();
};

/// Where messages are written: the field, what it replies to or edits, emoji and send.
class Composer : public QWidget
{
    Q_OBJECT

public:
    explicit Composer(QWidget *parent = nullptr);

    [[nodiscard]] QString text() const;
    void setText(const QString &text); ///< says nothing
    void setPlaceholder(const QString &text);
    void setMaxLength(int codePoints); ///< 0: no limit
    /// Nothing can be written now, and why; empty: it can. What stands there stays.
    void setBlocked(const QString &reason);
    void beginReply(Seq seq, const QString &user, const QString &excerpt);
    void beginEdit(Seq seq, const QString &content);
    /// Ends a reply or an edit; after an edit what stood there before stands there again.
    void cancel();
    enum class Until { NextKey, Resolved };
    void showProblem(const QString &sentence, Until until);
    void resolveProblem(); ///< of one that was shown until then
    [[nodiscard]] QString problem() const; ///< that is shown; empty: none
    void insertText(const QString &text);
    void focusField();
    [[nodiscard]] ComposerEdit *field() const { return m_edit; }

public slots:
    void submit();
    void refreshTheme();

signals:
    void submitted(const QString &text, std::optional<hearth::Seq> replyTo);
    void editSubmitted(hearth::Seq seq, const QString &text);
    void textEdited(const QString &text); ///< by its writer; not while editing a message
    void editLastRequested();
    void emojiRequested(QPoint globalPosition);

private:
    void dismissProblem();
    void updateState();
    void showContext(const QString &text);

    ComposerEdit *m_edit;
    QWidget *m_card;
    QWidget *m_contextBar;
    QLabel *m_context;
    QLabel *m_count;
    QLabel *m_problem;
    Until m_problemLasts = Until::NextKey;
    QToolButton *m_cancelButton;
    QToolButton *m_emojiButton;
    QToolButton *m_sendButton;
    std::optional<Seq> m_replyTo;
    std::optional<Seq> m_editing;
    QString m_placeholder;
    QString m_kept; ///< what was being written before an edit began
    int m_maxLength = 0;
    bool m_isSetting = false;
    QString m_blocked;
};

} // namespace hearth
