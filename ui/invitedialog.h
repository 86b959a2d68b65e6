#pragma once

#include "ui/chatlinks.h"
#include "ui/inviteform.h"

#include <QDialog>

class QLabel;
class QPushButton;
class QTabBar;

namespace hearth {

class InviteCard;
class RowList;

/// How others come in: for those in charge an invite to be made, and the list of those that hold; for everybody else the
/// link to the chat.
class InviteDialog : public QDialog
{
    Q_OBJECT

public:
    struct Subject
    {
        QString chat; ///< its name
        ChatLinks links;
        InviteForm::Offer offer;
    };

    InviteDialog(const Subject &subject, QWidget *parent);

    /// What `createRequested` came to. The code is shown this once.
    void setCreated(const InviteInfo &invite, const QString &code);
    void setInvites(const QList<InviteInfo> &invites);
    /// Whatever was asked for, or tried here, did not come about.
    void setProblem(const QString &sentence);

signals:
    void createRequested(const hearth::CreateInvite &wanted);
    void listRequested();
    void revokeRequested(const QString &invite);

private:
    [[nodiscard]] bool mayInvite() const;
    void showPlainLink();
    void showPage(QWidget *page);
    void fitHeight();
    void submit();

    Subject m_subject;
    QTabBar *m_tabs;
    // One of them is shown at a time. Not a QStackedWidget, which is as high as the highest of them.
    InviteForm *m_form;
    InviteCard *m_card;
    RowList *m_list; ///< of the invites that hold
    QLabel *m_problem;
    QPushButton *m_make;
    QPushButton *m_another;
};

} // namespace hearth
