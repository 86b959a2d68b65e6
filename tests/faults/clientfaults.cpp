#include "tests/faults/lossynetwork.h"
#include "tests/faults/proxy.h"
#include "tests/faults/trial.h"

#include <QElapsedTimer>

#include <signal.h>

namespace hearth::test {

using namespace Qt::Literals::StringLiterals;

namespace {

const QString Hearthd = QStringLiteral(HEARTHD);
const QString FaultClient = QStringLiteral(FAULT_CLIENT);
constexpr int EndMs = 60'000;

/// The client library in a process of its own, which may be killed and started again.
class ClientProcess
{
public:
    ClientProcess(const Scene &scene, const QString &user)
        : m_user(user), m_journal(scene.path(user + ".jsonl"_L1)), m_data(scene.path(user))
    {
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    }
    ~ClientProcess() { kill(); }

    void start(const QUrl &url, int posts, int pauseMs, quint32 seed)
    {
        m_process.start(FaultClient, { u"--url"_s, url.toString(), u"--user"_s, m_user, u"--data"_s, m_data, u"--journal"_s, m_journal,
                                       u"--end"_s, m_data + ".end"_L1,
                                       u"--prefix"_s, u"%1.%2"_s.arg(m_user).arg(++m_lives), u"--posts"_s, QString::number(posts),
                                       u"--pause"_s, QString::number(pauseMs), u"--seed"_s, QString::number(seed) });
        m_process.waitForStarted();
    }
    void kill()
    {
        if (m_process.state() == QProcess::NotRunning)
            return;
        m_process.kill();
        m_process.waitForFinished();
    }
    /// Lets it go when it has nothing left to do; false when it does not.
    [[nodiscard]] bool end()
    {
        QFile end(m_data + ".end"_L1);
        return end.open(QIODevice::WriteOnly)
            && waitFor([this] { return m_process.state() == QProcess::NotRunning; }, EndMs) && m_process.exitCode() == 0;
    }
    [[nodiscard]] qint64 pid() const { return m_process.processId(); }
    [[nodiscard]] qsizetype lines(const QString &what) const
    {
        const auto all = readJournal(m_journal);
        return std::count_if(all.begin(), all.end(), [&what](const QJsonObject &line) { return line["what"_L1].toString() == what; });
    }
    /// What it has on disk to send; remembered, since it must be sent one day.
    qsizetype keep()
    {
        const auto outbox = readOutbox(m_data);
        if (!outbox)
            return 0;
        for (const QString &id : *outbox) {
            if (!m_kept.contains(id))
                m_kept.append(id);
        }
        return outbox->size();
    }
    [[nodiscard]] ClientJournal journal() const { return { m_user, readJournal(m_journal), m_kept }; }

private:
    QString m_user;
    QString m_journal;
    QString m_data;
    QStringList m_kept;
    QProcess m_process;
    int m_lives = 0;
};

/// When all others have said what they had to say, what the process shows is what it keeps.
void end(Trial &trial, Scene &scene, ClientProcess &client)
{
    trial.expect(scene.rest(), u"run: the others do not come to rest"_s);
    trial.expect(client.end(), u"run: the client never had everything sent"_s);
    scene.judgeToo(client.journal());
}

QUrl through(const Proxy &proxy) { return QUrl(u"ws://127.0.0.1:%1/chat"_s.arg(proxy.port())); }

} // namespace

void killClient(Trial &trial)
{
    constexpr int Posts = 15;
    constexpr int KillsInOneDirectory = 25;
    qsizetype unsent = 0;
    for (int left = trial.times; left > 0; left -= KillsInOneDirectory) {
        Scene scene(Hearthd, trial.seed());
        if (!scene.start() || !scene.populate(2)) {
            trial.violate(u"run: the server or its clients did not start"_s);
            return;
        }
        scene.work(50);
        ClientProcess client(scene, u"anna"_s);
        for (int i = 0; i < std::min(left, KillsInOneDirectory); ++i, ++trial.runs) {
            const qsizetype before = client.lines(u"posted"_s);
            const bool isAlone = i % 3 == 2; // finds a server that does not answer
            if (isAlone)
                ::kill(static_cast<pid_t>(scene.server().pid()), SIGSTOP);
            client.start(scene.server().url(), Posts, 0, trial.seed());
            const int some = 1 + trial.below(Posts - 1);
            trial.expect(waitFor([&] { return client.lines(u"posted"_s) >= before + some; }, 10'000), u"run: the client does not post"_s);
            pause(trial.below(60));
            client.kill();
            unsent += client.keep();
            if (isAlone)
                ::kill(static_cast<pid_t>(scene.server().pid()), SIGCONT);
        }
        QElapsedTimer clock;
        clock.start();
        client.start(scene.server().url(), 0, 0, 0);
        trial.expect(waitFor([&] { return client.keep() == 0; }, EndMs), u"run: not everything was sent a minute after the start"_s);
        trial.recovered(clock.elapsed());
        end(trial, scene, client);
        trial.expect(client.keep() == 0, u"run: the outbox is not empty"_s);
        trial.take(scene);
    }
    trial.remarks.append(u"%1 messages were in the outbox when it was killed, %2 a time"_s.arg(unsent).arg(double(unsent) / trial.runs, 0, 'f', 1));
    trial.expect(unsent > trial.runs, u"run: hardly anything was unsent at the kills"_s);
}

void suspendClient(Trial &trial)
{
    for (; trial.runs < trial.times; ++trial.runs) {
        Scene scene(Hearthd, trial.seed(), "[websocket]\nping_interval = 2\nping_timeout = 2\n");
        if (!scene.start() || !scene.populate(2)) {
            trial.violate(u"run: the server or its clients did not start"_s);
            return;
        }
        scene.work(50);
        ClientProcess client(scene, u"anna"_s);
        client.start(scene.server().url(), 1'000, 10, trial.seed());
        trial.expect(waitFor([&] { return client.lines(u"acked"_s) > 50; }, 10'000), u"run: the client is not served"_s);
        ::kill(static_cast<pid_t>(client.pid()), SIGSTOP);
        QElapsedTimer clock;
        clock.start();
        // Two heartbeats: 4 s each at most.
        const bool isSeen = waitFor([&] { return scene.client(0).state(u"anna"_s) == "offline"_L1; }, 8'500);
        trial.expect(isSeen, u"6 run: the suspended client is \"%1\" to others after two heartbeats"_s.arg(scene.client(0).state(u"anna"_s)));
        trial.remarks.append(u"offline to others after %1 ms"_s.arg(clock.elapsed()));
        pause(std::max(0, 45'000 - static_cast<int>(clock.elapsed())));
        const qsizetype before = client.lines(u"acked"_s);
        ::kill(static_cast<pid_t>(client.pid()), SIGCONT);
        clock.restart();
        trial.expect(waitFor([&] { return client.lines(u"acked"_s) > before + 10; }, 15'000), u"run: nothing is acknowledged after the suspension"_s);
        trial.recovered(clock.elapsed());
        end(trial, scene, client);
        trial.take(scene);
    }
}

namespace {

/// Clients of both kinds behind a bad network; `during` makes it bad, and good again.
void behindProxy(Trial &trial, int posts, const std::function<void(Scene &, Proxy &, ClientProcess &)> &during)
{
    Scene scene(Hearthd, trial.seed(), "[websocket]\nping_interval = 5\nping_timeout = 5\n");
    if (!scene.start()) {
        trial.violate(u"run: the server did not start"_s);
        return;
    }
    Proxy proxy(static_cast<quint16>(scene.server().url().port()), trial.seed());
    scene.setClientUrl(through(proxy));
    ClientProcess client(scene, u"anna"_s);
    if (!scene.populate(3, false)) {
        trial.violate(u"run: the clients did not start"_s);
        return;
    }
    scene.work(30);
    client.start(through(proxy), posts, 20, trial.seed());
    trial.expect(waitFor([&] { return client.lines(u"acked"_s) > 20; }, 15'000), u"run: the client is not served"_s);
    during(scene, proxy, client);
    end(trial, scene, client);
    trial.take(scene);
}

} // namespace

void cutNetwork(Trial &trial)
{
    for (; trial.runs < trial.times; ++trial.runs) {
        behindProxy(trial, 500, [&trial](Scene &scene, Proxy &proxy, ClientProcess &client) {
            proxy.cut();
            pause(60'000);
            proxy.mend();
            QElapsedTimer clock;
            clock.start();
            trial.expect(scene.awaitAll() >= 0, u"run: not everybody came back 15 s after the cut"_s);
            const qsizetype before = client.lines(u"acked"_s);
            // Its waits have grown to 30 s by then.
            trial.expect(waitFor([&] { return client.lines(u"acked"_s) > before; }, 45'000), u"run: the client library did not come back"_s);
            trial.recovered(clock.elapsed());
        });
    }
}

void slowNetwork(Trial &trial)
{
    for (; trial.runs < trial.times; ++trial.runs) {
        behindProxy(trial, 60, [&trial](Scene &scene, Proxy &proxy, ClientProcess &) {
            const qint64 before = scene.acknowledged();
            proxy.setDelay(100); // one way: 200 ms there and back
            pause(6'000);
            proxy.setLoss(0.1);
            pause(6'000);
            trial.expect(scene.acknowledged() > before + 100, u"run: little is acknowledged on a slow network"_s);
            proxy.setDelay(0);
            proxy.setLoss(0);
        });
    }
}

/// Real packets, no proxy: what TCP does about it is in it too.
void losePackets(Trial &trial)
{
    for (; trial.runs < trial.times; ++trial.runs) {
        LossyNetwork network;
        if (!network.isThere()) {
            trial.skipped = u"no network with nftables can be made here"_s;
            return;
        }
        Scene scene(Hearthd, trial.seed(), "[websocket]\nping_interval = 5\nping_timeout = 5\n");
        if (!scene.start() || !scene.populate(3, false)) {
            trial.violate(u"run: the server or its clients did not start"_s);
            return;
        }
        scene.work(30);
        ClientProcess client(scene, u"anna"_s);
        client.start(scene.server().url(), 1'000, 20, trial.seed());
        trial.expect(waitFor([&] { return client.lines(u"acked"_s) > 20; }, 15'000), u"run: the client is not served"_s);
        const qint64 before = scene.acknowledged();
        network.lose(10);
        pause(10'000);
        trial.expect(scene.acknowledged() > before + 100, u"run: little is acknowledged while packets are lost"_s);
        network.lose(100);
        pause(500); // for what is under way
        const qint64 atTheCut = scene.acknowledged();
        pause(20'000);
        trial.expect(scene.acknowledged() == atTheCut, u"run: the network was not cut"_s);
        network.lose(0);
        QElapsedTimer clock;
        clock.start();
        // An attempt that was under way tries again 16 s after its last time (Linux; 1, 2, 4, 8 s before that).
        trial.expect(scene.awaitAll(30'000) >= 0, u"run: not everybody came back 30 s after the cut"_s);
        const qsizetype acked = client.lines(u"acked"_s);
        trial.expect(waitFor([&] { return client.lines(u"acked"_s) > acked; }, 45'000), u"run: the client library did not come back"_s);
        trial.recovered(clock.elapsed());
        trial.expect(network.isThere(), u"run: the network could not be changed"_s);
        end(trial, scene, client);
        trial.take(scene);
    }
}

} // namespace hearth::test
