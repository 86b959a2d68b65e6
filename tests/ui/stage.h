#pragma once

#include "client/session.h"
#include "tests/support/scriptedserver.h"
#include "ui/chatpage.h"
#include "ui/mainwindow.h"

#include <QJsonArray>
#include <QLabel>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

namespace hearth::test {

using namespace Qt::Literals::StringLiterals;

// Of the server that says what it is told; nobody else uses them.
inline const QByteArray ScriptedCertificate =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBfTCCASOgAwIBAgIUHxVxdTbPxDc1fsp1ty771kPVfK8wCgYIKoZIzj0EAwIw\n"
    "EzERMA8GA1UEAwwIc2NyaXB0ZWQwIBcNMjYxMTI1MTAzNTQ0WhgPMjA4MTA4Mjgx\n"
    "MDM1NDRaMBMxETAPBgNVBAMMCHNjcmlwdGVkMFkwEwYHKoZIzj0CAQYIKoZIzj0D\n"
    "AQcDQgAE9IKiDn+Nrud+gJINH9tJNJiGGyxN11JyKo0yNji5VUekJMwmTWGrqCe4\n"
    "LZgVMHKpY+gXGGhCx3do4RjlhHbKEaNTMFEwHQYDVR0OBBYEFODvTSZSEnL+1FtT\n"
    "AKWGqLOs8iB+MB8GA1UdIwQYMBaAFODvTSZSEnL+1FtTAKWGqLOs8iB+MA8GA1Ud\n"
    "EwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIhAMKSZ7P1/Ui3hnm2PF+SoZEc\n"
    "Lns3Yk7ctkdwFqwgEFmVAiBZAHH/pyu5JJP+KtLY17b1pNQ6DE9qVEEiTUbGSNos\n"
    "8A==\n"
    "-----END CERTIFICATE-----\n";
inline const QByteArray ScriptedKey =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgRh/jOT9d7sBc8wBV\n"
    "erZHGBRfciM+RNIvRWUYd1emQw+hRANCAAT0gqIOf42u536Akg0f20k0mIYbLE3X\n"
    "UnIqjTI2OLlVR6QkzCZNYauoJ7gtmBUwcqlj6BcYaELHd2jhGOWEdsoR\n"
    "-----END PRIVATE KEY-----\n";

/// A window as app/ uses it, at a server that says what the test tells it to.
class Stage
{
public:
    Stage() : settings(directory.filePath(u"window.ini"_s), QSettings::IniFormat), window(settings)
    {
        server.users = { QJsonObject { { u"user"_s, u"anna"_s }, { u"state"_s, u"online"_s }, { u"role"_s, u"owner"_s } },
                         QJsonObject { { u"user"_s, u"Bo"_s }, { u"state"_s, u"online"_s } } };
        server.rooms = { room(u"lobby"_s, u"Lobby"_s), room(u"ops"_s, u"Operations"_s) };
        QObject::connect(&window, &MainWindow::leaveRequested, &window, [this] { session.reset(); }, Qt::QueuedConnection);
        window.resize(1'000, 600);
        window.show();
    }
    ~Stage()
    {
        window.showStart();
        session.reset();
    }
    static QJsonObject room(const QString &id, const QString &name)
    {
        return { { u"room"_s, id }, { u"name"_s, name }, { u"topic"_s, u"<b>topic</b>"_s }, { u"kind"_s, u"public"_s } };
    }
    void begin(const QString &password = {}, const QString &invite = {}) { beginAt(server.url(), password, invite); }
    void beginAt(const QUrl &url, const QString &password, const QString &invite = {}, const QString &accountPassword = {})
    {
        SessionSettings joining { url, *UserName::parse(u"anna"), password, directory.filePath(u"client"_s) };
        joining.invite = invite;
        joining.accountPassword = accountPassword;
        session = std::make_unique<Session>(joining);
        window.setSession(session.get(), u"ship.lan"_s);
        session->open();
    }
    [[nodiscard]] bool comeOnline()
    {
        if (!server.listen())
            return false;
        begin();
        return QTest::qWaitFor([this] {
            return window.chatPage() != nullptr && session->status().state == ConnectionStatus::State::Online;
        }, 10'000);
    }
    [[nodiscard]] QString visibleError() const
    {
        for (const QLabel *label : window.findChildren<QLabel *>()) {
            if (label->isVisible() && label->property("role").toString() == u"error"_s)
                return label->text();
        }
        return {};
    }
    template <typename Widget>
    [[nodiscard]] Widget *find(const QString &name = {})
    {
        return window.findChild<Widget *>(name);
    }

    QTemporaryDir directory;
    QSettings settings;
    ScriptedServer server;
    MainWindow window;
    std::unique_ptr<Session> session;
};

} // namespace hearth::test
