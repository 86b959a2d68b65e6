#pragma once

#include <QWidget>

class QLabel;
class QScrollArea;
class QVBoxLayout;

namespace hearth {

/// Rows of two lines, each with one thing that can be done with it, as a button: devices, invites. What there is instead
/// of rows, and below the last, it says in a sentence.
class RowList : public QWidget
{
    Q_OBJECT

public:
    struct Row
    {
        QString title;
        QString detail; ///< dim
        QString id; ///< for `triggered`
        QString action; ///< what the button says; empty: there is none
        QString spokenAction; ///< the same for a screen reader, which does not see the row around it
    };

    /// `waiting` is said until there are rows.
    RowList(const QString &waiting, QWidget *parent);

    /// In place of what was there; `empty` is said where there are none, `more` below the last.
    void setRows(const QList<Row> &rows, const QString &empty, const QString &more = {});
    /// What was asked for did not come about: it can be asked for again.
    void release();
    /// Down the list with the Tab key, between these two; either may be null.
    void chain(QWidget *before, QWidget *after);

signals:
    void triggered(const QString &id);

private:
    void addRow(const Row &row);

    QLabel *m_note; ///< in place of rows
    QScrollArea *m_scroll;
    QVBoxLayout *m_rows;
};

} // namespace hearth
