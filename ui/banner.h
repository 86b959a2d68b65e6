#pragma once

#include <QWidget>

class QLabel;
class QPushButton;
class QToolButton;

namespace hearth {

/// A strip above the timeline: one sentence, one thing to do about it.
class Banner : public QWidget
{
    Q_OBJECT

public:
    explicit Banner(QWidget *parent = nullptr);

    /// Without an action there is no button. Whether it can be dismissed is up to what it says.
    void showText(const QString &text, const QString &action, bool isDismissible);
    [[nodiscard]] QString text() const;

public slots:
    void refreshTheme();

signals:
    void actionTriggered();
    void dismissed();

private:
    QLabel *m_text;
    QPushButton *m_action;
    QToolButton *m_close;
};

} // namespace hearth
