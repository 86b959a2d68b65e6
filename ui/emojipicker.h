#pragma once

#include <QFrame>

class QToolButton;

namespace hearth {

/// A small grid of emoji as a popup. Arrow keys move, Enter chooses, Esc closes. Deletes itself.
class EmojiPicker : public QFrame
{
    Q_OBJECT

public:
    explicit EmojiPicker(QWidget *parent);
    /// Near a point, inside its screen.
    void showAt(QPoint globalPosition);

signals:
    void chosen(const QString &emoji);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void focusButton(int place);
    QList<QToolButton *> m_buttons;
};

} // namespace hearth
