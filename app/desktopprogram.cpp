#include "app/desktopprogram.h"

#include "app/systemkeychain.h"
#include "client/forgetchat.h"
#include "ui/words.h"

#include <QApplication>
#include <QDir>
#include <QStandardPaths>

#include <utility>

#ifdef HEARTH_WITH_SERVER
#include "app/serveroptions.h"

#include <QHostAddress>

#include <cstdio>
#endif

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

QString clientDirectory(const DesktopOptions &options)
{
    const QString base = options.dataDirectory.isEmpty()
        ? QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + u"/hearth"_s
        : options.dataDirectory;
    return QDir(base).filePath(u"client"_s);
}

QString settingsFile(const DesktopOptions &options)
{
    const QString base = options.dataDirectory.isEmpty()
        ? QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + u"/hearth"_s
        : options.dataDirectory;
    return QDir(base).filePath(u"window.ini"_s);
}

} // namespace

DesktopProgram::DesktopProgram(const DesktopOptions &options, QObject *parent)
    : QObject(parent), m_options(options), m_dataDirectory(clientDirectory(options)),
      m_settings(settingsFile(options), QSettings::IniFormat), m_window(std::make_unique<MainWindow>(m_settings))
{
    if (options.dataDirectory.isEmpty())
        m_keychain = systemKeychain();
    if (options.user)
        m_window->startPage()->setUserName(options.user->toString());
#ifndef HEARTH_WITH_SERVER
    m_window->setCanHost(false);
#endif
    // window → desktop
    connect(m_window.get(), &MainWindow::attentionWanted, this, [this] { QApplication::alert(m_window.get()); });
    // window → program
    connect(m_window.get(), &MainWindow::hostRequested, this, &DesktopProgram::host);
    connect(m_window.get(), &MainWindow::joinRequested, this, &DesktopProgram::join);
    connect(m_window.get(), &MainWindow::forgetRequested, this, &DesktopProgram::forget);
    // Queued: the session and the server are not ended from inside one of their own signals.
    connect(m_window.get(), &MainWindow::leaveRequested, this, [this] {
        m_left = m_attempt;
        QMetaObject::invokeMethod(
            this, [this] {
                if (m_attempt == m_left) // and not another one that was begun meanwhile
                    end();
            },
            Qt::QueuedConnection);
    });
    connect(m_window.get(), &MainWindow::closed, this, &DesktopProgram::quit, Qt::QueuedConnection);
}

DesktopProgram::~DesktopProgram()
{
    m_window.reset();
    m_session.reset();
}

void DesktopProgram::start()
{
    m_window->show();
    if (!m_options.link.isEmpty())
        m_window->startPage()->offer(m_options.link);
    const auto user = UserName::parse(m_window->startPage()->userName());
    if (!user) {
        if (m_options.join)
            m_window->startPage()->setAddress(m_options.join->toString());
        return; // the window asks for the name first
    }
    if (m_options.hosts)
        host(*user, m_window->startPage()->hostOptions());
    else if (m_options.join)
        join(*user, *m_options.join, {});
}

void DesktopProgram::quit()
{
    m_window->showStart();
    m_window->hide();
    end();
    emit finished();
}

void DesktopProgram::end()
{
    m_left = m_attempt;
    m_session.reset();
#ifdef HEARTH_WITH_SERVER
    m_server.reset();
#endif
    m_window->setHosting({});
    m_window->setOthersConnected(0);
}

void DesktopProgram::join(const UserName &user, const ServerAddress &address, const Passwords &passwords)
{
    ++m_attempt;
    m_window->startPage()->setAddress(address.toString());
    SessionSettings settings { address.url(), user, passwords.password, m_dataDirectory };
    settings.accountPassword = passwords.ofName;
    settings.mayBePlain = address.security == Security::Preferred && isWithinThisComputer(address.host);
    settings.linkKey = address.key;
    settings.invite = address.invite;
    beginSession(settings, address.display());
    const auto room = RoomId::parse(address.room);
    if (!room)
        return;
    // A link to a room opens it, once.
    connect(m_session.get(), &Session::statusChanged, this, [session = m_session.get(), room = *room, isDone = false](const ConnectionStatus &status) mutable {
        if (status.state == ConnectionStatus::State::Online && !std::exchange(isDone, true))
            session->joinRoom(room);
    });
}

void DesktopProgram::forget(const QString &address)
{
    const auto place = ServerAddress::parse(address);
    if (!place) { // of an older version, or edited: there is nothing kept under it
        m_window->setForgotten(address);
        return;
    }
    forgetChat(m_dataDirectory, m_keychain, place->url(), this, [this, address](const std::optional<QString> &whyNot) {
        if (whyNot)
            m_window->showProblem(StartPage::Place::Join, Words::notForgotten(address, *whyNot));
        else
            m_window->setForgotten(address);
    });
}

void DesktopProgram::beginSession(SessionSettings settings, const QString &shown)
{
    settings.keychain = m_keychain;
    m_session = std::make_unique<Session>(settings);
    m_window->setSession(m_session.get(), shown);
    m_session->open();
}

void DesktopProgram::host(const UserName &user, const HostOptions &wanted)
{
    ++m_attempt;
#ifdef HEARTH_WITH_SERVER
    auto options = parseServerOptions(m_options.serverArguments);
    if (!options) {
        m_window->showProblem(StartPage::Place::Host, options.error());
        return;
    }
    ServerSettings settings = options->settings;
    if (!m_options.serverArguments.contains(u"--name"_s))
        settings.name = tr("%1's chat").arg(user.toString());
    settings.approveGuests = wanted.approvesGuests;
    settings.isOwnerLocal = true;
    m_server = std::make_unique<HostedServer>(settings);
    // server → window
    const auto isOver = [this, attempt = m_attempt] { return attempt != m_attempt || attempt == m_left; };
    connect(m_server.get(), &HostedServer::failed, this, [this, isOver](const QString &sentence) {
        if (isOver())
            return;
        m_window->showProblem(StartPage::Place::Host, sentence);
        end();
    }, Qt::QueuedConnection);
    connect(m_server.get(), &HostedServer::started, this, [this, isOver, user, settings](quint16 port, const Fingerprint &key) {
        if (isOver())
            return;
        const QHostAddress &bound = settings.bind.first();
        const bool isEverywhere = bound == QHostAddress::Any || bound == QHostAddress::AnyIPv4;
        ServerAddress own;
        own.host = isEverywhere ? u"127.0.0.1"_s : bound.toString();
        own.port = port;
        own.security = Security::Plain;
        // Whoever started this from a shell may wait for the same line as hearthd's.
        std::fputs(qPrintable(u"Listening on %1\n"_s.arg(own.url().toString())), stdout);
        std::fflush(stdout);
        if (!isWithinThisComputer(own.host))
            own.security = Security::Preferred;
        m_window->setHosting(reachableAddresses(settings.bind, port), key);
        SessionSettings joining { own.url(), user, settings.password, m_dataDirectory };
        joining.linkKey = own.security == Security::Plain ? Fingerprint() : key;
        joining.mayBePlain = key.isNull();
        beginSession(joining, own.display());
    }, Qt::QueuedConnection);
    connect(m_server.get(), &HostedServer::onlineUserCountChanged, m_window.get(),
            [this](int count) { m_window->setOthersConnected(std::max(0, count - 1)); }, Qt::QueuedConnection);
    m_server->start();
#else
    Q_UNUSED(user)
    Q_UNUSED(wanted)
#endif
}

} // namespace hearth
