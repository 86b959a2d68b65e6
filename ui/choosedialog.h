#pragma once

#include <QDialog>
#include <QVariant>

class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;

namespace hearth {

/// One thing that can be chosen.
struct Choice
{
    QString text;
    QString detail; ///< after the text, dim
    QVariant value; ///< nothing: it is shown, but cannot be chosen
};

/// A list with a filter: type, arrow, Enter. For rooms to join, rooms to go to, people to invite.
class ChooseDialog : public QDialog
{
    Q_OBJECT

public:
    ChooseDialog(const QString &title, const QString &acceptText, const QString &emptyText, QWidget *parent);

    void setChoices(const QList<Choice> &choices);
    void setProblem(const QString &sentence);

signals:
    void chosen(const QVariant &value);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void filter();
    void updateAccept();
    void choose();

    QList<Choice> m_choices;
    QString m_emptyText;
    QLineEdit *m_filter;
    QListWidget *m_list;
    QLabel *m_empty;
    QLabel *m_problem;
    QPushButton *m_accept;
};

} // namespace hearth
