#pragma once

#include "protocol/moderation.h"

#include <QDialog>

class QLabel;
class QListWidget;
class QPushButton;

namespace hearth {

/// What those in charge have done, newest first, page by page.
class AuditDialog : public QDialog
{
    Q_OBJECT

public:
    explicit AuditDialog(QWidget *parent);

    /// Behind what is there.
    void append(const AuditListed &page);
    void setProblem(const QString &sentence);

signals:
    /// The page before that entry.
    void olderRequested(qint64 before);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    /// Each row as high as its sentence is in this width: the list's own guess leaves out the style's padding.
    void fitRows();

    QListWidget *m_list;
    QLabel *m_note; ///< in place of a list without entries
    QPushButton *m_older;
    qint64 m_oldest = 0;
};

} // namespace hearth
