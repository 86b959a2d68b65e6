#pragma once

#include "client/serveraddress.h"
#include "protocol/ids.h"
#include "ui/passwordprompt.h"

#include <QWidget>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace hearth {

/// A chat that was joined before.
struct RecentHost
{
    QString address; ///< as `ServerAddress::display()`
    QString name; ///< of the server
    friend bool operator==(const RecentHost &, const RecentHost &) = default;
};

/// How a chat is hosted from the window.
struct HostOptions
{
    bool approvesGuests = false; ///< whoever is new waits until a moderator lets them in
    friend bool operator==(const HostOptions &, const HostOptions &) = default;
};

/// The first thing one sees: a name, host a chat, join a chat.
class StartPage : public QWidget
{
    Q_OBJECT

public:
    explicit StartPage(QWidget *parent = nullptr);

    void setUserName(const QString &name);
    [[nodiscard]] QString userName() const;
    void setAddress(const QString &address);
    /// Fills in an address that did not come from the person at the keyboard; nothing happens before they press Join. One
    /// that cannot be read is shown with what is wrong.
    void offer(const QString &address);
    void setRecentHosts(const QList<RecentHost> &hosts);
    void setHostOptions(const HostOptions &options);
    [[nodiscard]] HostOptions hostOptions() const;
    /// Without a server in this program there is nothing to host.
    void setCanHost(bool canHost);
    /// While something is under way nothing else can be begun; `text` says what it is. Empty: nothing is.
    void setBusy(const QString &text);

    enum class Place { Name, Host, Join, Password };
    using Secret = PasswordPrompt::Secret;
    void showProblem(Place place, const QString &sentence);
    void showPasswordProblem(Secret secret, const QString &sentence);
    void clearProblems();
    /// Whether others on the network can read the password that is asked for next.
    void setOpenToOthers(bool isOpen);
    /// The chat asks for a password: shows the field.
    void askForPassword(Secret secret);

public slots:
    void refreshTheme();

signals:
    void hostRequested(const hearth::UserName &user, const hearth::HostOptions &options);
    void joinRequested(const hearth::UserName &user, const hearth::ServerAddress &address, const hearth::Passwords &passwords);
    void cancelRequested();
    void forgetRequested(const QString &address);

protected:
    void showEvent(QShowEvent *event) override;

private:
    [[nodiscard]] std::optional<UserName> checkedName();
    void host();
    void join();
    void updateAvatar();
    void addressEdited();
    /// The one main action: to join what stands in the field, else to host.
    void updateMainAction();

    QLabel *m_mark;
    QLabel *m_avatar;
    QLineEdit *m_name;
    QLabel *m_nameProblem;
    QPushButton *m_host;
    QLabel *m_hostHint;
    QCheckBox *m_approve;
    QLabel *m_hostProblem;
    QLineEdit *m_address;
    QPushButton *m_join;
    QLabel *m_joinProblem;
    QLabel *m_invited;
    PasswordPrompt *m_password;
    QLabel *m_busy;
    QPushButton *m_cancel;
    QWidget *m_recentBox;
    QVBoxLayout *m_recentRows;
};

} // namespace hearth
