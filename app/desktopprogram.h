#pragma once

#include "app/desktopoptions.h"
#include "client/session.h"
#include "ui/mainwindow.h"

#include <QObject>
#include <QSettings>

#include <memory>

#ifdef HEARTH_WITH_SERVER
#include "app/hostedserver.h"
#endif

namespace hearth {

/// The desktop program: one window, the session that it shows, and the server where it hosts one. Makes and ends them,
/// and connects them; decides nothing else.
class DesktopProgram : public QObject
{
    Q_OBJECT

public:
    explicit DesktopProgram(const DesktopOptions &options, QObject *parent = nullptr);
    ~DesktopProgram() override;

    /// Shows the window, and begins what the command line asks for.
    void start();
    /// Ends without asking: on SIGTERM.
    void quit();
    [[nodiscard]] MainWindow *window() { return m_window.get(); }
    [[nodiscard]] Session *session() { return m_session.get(); }

signals:
    void finished();

private:
    void host(const UserName &user, const HostOptions &wanted);
    void join(const UserName &user, const ServerAddress &address, const Passwords &passwords);
    void forget(const QString &address);
    void beginSession(SessionSettings settings, const QString &shown);
    void end();

    DesktopOptions m_options;
    QString m_dataDirectory; ///< of the client
    QSettings m_settings;
    std::shared_ptr<Keychain> m_keychain; ///< null where everything is kept in one directory
    std::unique_ptr<MainWindow> m_window;
    std::unique_ptr<Session> m_session;
    int m_attempt = 0; ///< counts what host() and join() began
    int m_left = 0; ///< the last of these that was given up: what still comes of it is for nobody
#ifdef HEARTH_WITH_SERVER
    std::unique_ptr<HostedServer> m_server;
#endif
};

} // namespace hearth
