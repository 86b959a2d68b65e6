#pragma once

#include "protocol/moderation.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace hearth {

/// What one sees who was kicked, banned or not let in: that it is so, by whom, until when and why.
class RemovedPage : public QWidget
{
    Q_OBJECT

public:
    explicit RemovedPage(QWidget *parent = nullptr);

    void setRemoval(const Removal &removal, const QString &chat);

signals:
    void backRequested();

private:
    QLabel *m_title;
    QLabel *m_detail;
    QPushButton *m_back;
};

} // namespace hearth
