#pragma once

#include "tests/e2e/serverprocess.h"
#include "tests/faults/checker.h"
#include "tests/faults/journalclient.h"

#include <QTemporaryDir>

#include <memory>
#include <vector>

namespace hearth::test {

/// A real server in a directory of its own, clients that write journals, and the judgement of the checker at the end.
class Scene
{
public:
    /// `program` is a hearthd; `configuration` is added to a file that lifts all rate limits.
    Scene(const QString &program, quint32 seed, const QByteArray &configuration = {});
    ~Scene();

    /// Starts the server, or starts it again where it was.
    [[nodiscard]] bool start();
    /// `count` clients: all in the rooms lobby and ops, the first two alone in the private room den. False when they do
    /// not get there within 10 s.
    [[nodiscard]] bool populate(int count, bool breaksOff = true);
    void work(int pauseMs = 5);
    /// Ends the load; false when not everything is acknowledged 30 s later.
    [[nodiscard]] bool rest();
    /// Milliseconds until all clients are welcomed; -1 when some are not after `mostMs`.
    [[nodiscard]] qint64 awaitAll(int mostMs = 15'000);
    /// Lets the clients finish and catch up, ends the server, and compares. What was violated before is in it too.
    [[nodiscard]] Verdict finish();
    /// Violations are expected: the files need not be looked at.
    void keepNothing() { m_keepsFiles = false; }
    void violate(const QString &text) { m_verdict.violations.append(text); }
    /// For clients that are processes: their journals are in the directory of the scene.
    void judgeToo(const ClientJournal &journal) { m_others.append(journal); }

    [[nodiscard]] ServerProcess &server() { return m_server; }
    [[nodiscard]] JournalClient &client(size_t index) { return *m_clients[index]; }
    [[nodiscard]] const std::vector<std::unique_ptr<JournalClient>> &clients() const { return m_clients; }
    [[nodiscard]] qint64 acknowledged() const;
    [[nodiscard]] QString path(const QString &name) const { return m_directory.filePath(name); }
    [[nodiscard]] QString dataPath() const { return path(QStringLiteral("data")); }
    /// Where clients connect, when not to the server itself.
    void setClientUrl(const QUrl &url) { m_clientUrl = url; }

private:
    [[nodiscard]] bool awaitEach(bool (JournalClient::*is)() const);

    QTemporaryDir m_directory;
    ServerProcess m_server;
    quint32 m_seed;
    QUrl m_clientUrl;
    std::vector<std::unique_ptr<JournalClient>> m_clients;
    QList<ClientJournal> m_others;
    Verdict m_verdict;
    bool m_keepsFiles = true;
};

/// Runs the event loop for a while, or until something holds.
void pause(int milliseconds);
[[nodiscard]] bool waitFor(const std::function<bool()> &holds, int mostMs);

} // namespace hearth::test
