#pragma once

#include "client/session.h"
#include "ui/startpage.h"

#include <QMainWindow>
#include <QPointer>

#include <functional>

class QSettings;
class QStackedWidget;

namespace hearth {

class ChatPage;
class RemovedPage;

/// The one window: the start page, or a chat. It asks for what it cannot do itself (a session, a server) by signals,
/// and is told what came of it; see DesktopProgram in app/. The style sheet that it sets is the application's, and stays.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    /// `settings` keeps geometry, name and recent hosts; it outlives the window.
    explicit MainWindow(QSettings &settings, QWidget *parent = nullptr);
    ~MainWindow() override;

    void setCanHost(bool canHost);
    /// The session begins: the start page says so until it is online, or there is something to read offline.
    void setSession(Session *session, const QString &address);
    /// Back to the start page; a problem is shown where it belongs.
    void showStart();
    void showProblem(StartPage::Place place, const QString &sentence);
    /// Where others can join the chat that this program hosts, and by what its key is known; empty: it hosts none.
    void setHosting(const QStringList &addresses, const Fingerprint &key = {});
    /// Nothing is kept of it any more: it is not offered either.
    void setForgotten(const QString &address);
    /// People other than oneself who are connected to the chat that is hosted here.
    void setOthersConnected(int count);
    [[nodiscard]] StartPage *startPage() const { return m_start; }
    [[nodiscard]] ChatPage *chatPage() const;

signals:
    void hostRequested(const hearth::UserName &user, const hearth::HostOptions &options);
    void joinRequested(const hearth::UserName &user, const hearth::ServerAddress &address, const hearth::Passwords &passwords);
    void leaveRequested();
    /// Nothing more of a chat joined before is to be kept here; `setForgotten` or `showProblem` follow.
    void forgetRequested(const QString &address);
    /// Somebody speaks to whoever sits here, by name, directly or to everyone, and they look elsewhere.
    void attentionWanted();
    /// The window was closed, and whoever had to be asked was asked.
    void closed();

protected:
    bool event(QEvent *event) override;
    void closeEvent(QCloseEvent *event) override;
    void changeEvent(QEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void rememberPanels();
    void applyTheme();
    void handleStatus(const ConnectionStatus &status);
    void showKey(const ConnectionStatus &status);
    void showChat();
    void leave();
    void endChat();
    void askBeforeForgetting(const QString &address);
    void showRemoved(const Removal &removal);
    void confirmEnd(const QString &accept, std::function<void()> then);
    void updateTitle();
    void remember(const RecentHost &host);
    void saveRecent(const QList<RecentHost> &hosts);
    [[nodiscard]] QList<RecentHost> recentHosts() const;

    QSettings &m_settings;
    QStackedWidget *m_pages = nullptr;
    StartPage *m_start = nullptr;
    QPointer<RemovedPage> m_removed; ///< from when somebody is put out until the start page is back
    QPointer<ChatPage> m_chat;
    QPointer<Session> m_session;
    QString m_address;
    QString m_roomName;
    QStringList m_hostAddresses;
    Fingerprint m_hostKey;
    int m_othersConnected = 0;
    bool m_mayClose = false;
};

} // namespace hearth
