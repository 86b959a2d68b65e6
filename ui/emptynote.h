#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace hearth {

/// What a place says where it has nothing to show: a sentence or two, and the one next step as a button.
class EmptyNote : public QWidget
{
    Q_OBJECT

public:
    explicit EmptyNote(QWidget *parent = nullptr);

    /// Without `action` there is no button.
    void say(const QString &text, const QString &action = {});
    [[nodiscard]] QString text() const;

signals:
    void actionTriggered();

private:
    QLabel *m_text;
    QPushButton *m_action;
};

} // namespace hearth
