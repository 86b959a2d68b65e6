#include "tests/e2e/bareclient.h"
#include "tests/faults/trial.h"

#include <QElapsedTimer>
#include <QTcpSocket>

#include <signal.h>

namespace hearth::test {

using namespace Qt::Literals::StringLiterals;

namespace {

const QString Hearthd = QStringLiteral(HEARTHD);
constexpr int RecoveryMs = 3'000;
constexpr int KillsInOneDirectory = 25;

/// A client of the storm: connects, and comes back by the product's own Backoff.
class Returning : public QObject
{
public:
    explicit Returning(const QUrl &url) : m_url(url)
    {
        connect(&m_socket, &QWebSocket::connected, this, [this] {
            m_backoff.reset();
            connectedAt = QDateTime::currentMSecsSinceEpoch();
        });
        connect(&m_socket, &QWebSocket::disconnected, this, &Returning::again);
        connect(&m_socket, qOverload<QAbstractSocket::SocketError>(&QWebSocket::error), this, &Returning::again);
        m_timer.setSingleShot(true);
        connect(&m_timer, &QTimer::timeout, this, [this] { m_socket.open(m_url); });
        m_socket.open(url);
    }
    ~Returning() override { m_socket.disconnect(this); }
    [[nodiscard]] bool isThere() const { return m_socket.state() == QAbstractSocket::ConnectedState; }
    qint64 connectedAt = 0;

private:
    void again()
    {
        if (!m_timer.isActive())
            m_timer.start(m_backoff.next());
    }
    QUrl m_url;
    QWebSocket m_socket;
    Backoff m_backoff;
    QTimer m_timer;
};

} // namespace

void killServer(Trial &trial)
{
    for (int left = trial.times; left > 0; left -= KillsInOneDirectory) {
        Scene scene(Hearthd, trial.seed());
        if (!scene.start() || !scene.populate(4)) {
            trial.violate(u"run: the server or its clients did not start"_s);
            return;
        }
        scene.work();
        for (int i = 0; i < std::min(left, KillsInOneDirectory); ++i, ++trial.runs) {
            pause(30 + trial.below(300));
            scene.server().kill();
            QElapsedTimer clock;
            clock.start();
            trial.expect(scene.start(), u"run: the server did not start again after kill %1: %2"_s.arg(trial.runs + 1).arg(scene.server().errors()));
            trial.expect(scene.awaitAll() >= 0, u"run: not everybody came back after kill %1"_s.arg(trial.runs + 1));
            trial.recovered(clock.elapsed());
        }
        trial.take(scene);
    }
    trial.expect(trial.longestRecoveryMs <= RecoveryMs, u"run: back after %1 ms only"_s.arg(trial.longestRecoveryMs));
}

void terminateServer(Trial &trial)
{
    Scene scene(Hearthd, trial.seed());
    if (!scene.start() || !scene.populate(4, false)) {
        trial.violate(u"run: the server or its clients did not start"_s);
        return;
    }
    scene.work();
    for (; trial.runs < trial.times; ++trial.runs) {
        pause(200 + trial.below(300));
        QElapsedTimer clock;
        clock.start();
        const int code = scene.server().terminate();
        trial.expect(code == 0, u"run: SIGTERM ended with %1"_s.arg(code));
        trial.expect(clock.elapsed() <= 5'000, u"run: SIGTERM took %1 ms"_s.arg(clock.elapsed()));
        for (const auto &client : scene.clients()) {
            const bool isLost = waitFor([&client] { return !client->isWelcomed(); }, 2'000);
            trial.expect(isLost && client->closeCode() == QWebSocketProtocol::CloseCodeGoingAway,
                         u"run: %1 was closed with %2"_s.arg(client->user()).arg(client->closeCode()));
        }
        clock.restart();
        trial.expect(scene.start() && scene.awaitAll() >= 0, u"run: not everybody came back"_s);
        trial.recovered(clock.elapsed());
    }
    trial.take(scene);
}

void suspendServer(Trial &trial)
{
    for (; trial.runs < trial.times; ++trial.runs) {
        Scene scene(Hearthd, trial.seed(), "[websocket]\nping_interval = 2\nping_timeout = 2\n");
        if (!scene.start() || !scene.populate(3)) {
            trial.violate(u"run: the server or its clients did not start"_s);
            return;
        }
        scene.work(20);
        pause(1'000);
        ::kill(static_cast<pid_t>(scene.server().pid()), SIGSTOP);
        pause(45'000);
        ::kill(static_cast<pid_t>(scene.server().pid()), SIGCONT);
        QElapsedTimer clock;
        clock.start();
        const qint64 before = scene.acknowledged();
        trial.expect(waitFor([&] { return scene.acknowledged() > before + 10; }, 10'000), u"run: nothing is acknowledged after the suspension"_s);
        trial.recovered(clock.elapsed());
        pause(1'000);
        trial.take(scene);
    }
}

void restartUnderMany(Trial &trial)
{
    constexpr size_t Many = 500;
    constexpr qint64 SliceMs = 250;
    for (; trial.runs < trial.times; ++trial.runs) {
        Scene scene(Hearthd, trial.seed());
        if (!scene.start() || !scene.populate(2, false)) {
            trial.violate(u"run: the server or its clients did not start"_s);
            return;
        }
        std::vector<std::unique_ptr<Returning>> crowd;
        for (size_t i = 0; i < Many; ++i)
            crowd.push_back(std::make_unique<Returning>(scene.server().url()));
        const auto areAllThere = [&crowd] { return std::all_of(crowd.begin(), crowd.end(), [](const auto &each) { return each->isThere(); }); };
        if (!waitFor(areAllThere, 30'000)) {
            trial.violate(u"run: 500 clients did not get in"_s);
            return;
        }
        scene.server().kill();
        pause(500); // the first attempts find nobody
        trial.expect(scene.start(), u"run: the server did not start again"_s);
        const qint64 ready = QDateTime::currentMSecsSinceEpoch();
        trial.expect(waitFor(areAllThere, 15'000), u"run: not all of 500 were back after 15 s"_s);
        trial.recovered(QDateTime::currentMSecsSinceEpoch() - ready);
        QMap<qint64, int> slices;
        int fullest = 0;
        for (const auto &each : crowd)
            fullest = std::max(fullest, ++slices[(each->connectedAt - ready) / SliceMs]);
        trial.remarks.append(u"of 500, at most %1 came back within one quarter of a second"_s.arg(fullest));
        trial.expect(fullest < 250, u"run: %1 of 500 came back within one quarter of a second"_s.arg(fullest));
        trial.take(scene);
    }
}

void exhaustDescriptors(Trial &trial)
{
    for (; trial.runs < trial.times; ++trial.runs) {
        Scene scene(Hearthd, trial.seed());
        if (!scene.start() || !scene.populate(2, false)) {
            trial.violate(u"run: the server or its clients did not start"_s);
            return;
        }
        const Ended limited = run(u"prlimit"_s, { u"--pid"_s, QString::number(scene.server().pid()), u"--nofile=48:48"_s });
        if (limited.code != 0) {
            trial.skipped = u"prlimit does not work here"_s;
            return;
        }
        std::vector<std::unique_ptr<QTcpSocket>> idle;
        for (int i = 0; i < 60; ++i) {
            idle.push_back(std::make_unique<QTcpSocket>());
            idle.back()->connectToHost(u"127.0.0.1"_s, static_cast<quint16>(scene.server().url().port()));
        }
        pause(500);
        const qint64 before = scene.acknowledged();
        scene.work();
        pause(1'000);
        trial.expect(scene.acknowledged() > before + 50, u"run: who was connected is no longer served"_s);
        JournalClient late({ .url = scene.server().url(), .user = u"late"_s, .journalFile = scene.path(u"late.jsonl"_s), .longestRetryMs = 100 });
        late.open();
        pause(500);
        trial.expect(!late.isWelcomed(), u"run: the descriptors were not exhausted"_s);
        QElapsedTimer clock;
        clock.start();
        idle.clear();
        trial.expect(waitFor([&late] { return late.isWelcomed(); }, 1'000), u"run: nobody is let in 1 s after the relief"_s);
        trial.recovered(clock.elapsed());
        trial.take(scene);
    }
}

void turnClock(Trial &trial)
{
    const QString library = u"/usr/lib/" HEARTH_ARCHITECTURE "/faketime/libfaketimeMT.so.1"_s;
    if (!QFile::exists(library)) {
        trial.skipped = u"libfaketime is not installed"_s;
        return;
    }
    for (; trial.runs < trial.times; ++trial.runs) {
        Scene scene(Hearthd, trial.seed(), "[websocket]\nping_interval = 2\nping_timeout = 2\n");
        const auto setClock = [&scene](const QByteArray &offset) {
            QFile file(scene.path(u"clock.new"_s));
            if (file.open(QIODevice::WriteOnly | QIODevice::Truncate))
                file.write(offset + '\n');
            file.close();
            ::rename(qPrintable(scene.path(u"clock.new"_s)), qPrintable(scene.path(u"clock"_s)));
        };
        setClock("+0");
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"LD_PRELOAD"_s, library);
        environment.insert(u"FAKETIME_TIMESTAMP_FILE"_s, scene.path(u"clock"_s));
        environment.insert(u"FAKETIME_NO_CACHE"_s, u"1"_s);
        environment.insert(u"FAKETIME_DONT_FAKE_MONOTONIC"_s, u"1"_s);
        environment.insert(u"DONT_FAKE_MONOTONIC"_s, u"1"_s);
        scene.server().setEnvironment(environment);
        if (!scene.start() || !scene.populate(3, false)) {
            trial.violate(u"run: the server or its clients did not start"_s);
            return;
        }
        scene.work();
        BareClient watch(scene.server().url());
        for (const auto &[offset, hours] : { std::pair("+3600", 1), std::pair("-3600", -1), std::pair("+0", 0) }) {
            setClock(offset);
            pause(500);
            watch.say(u"{\"type\":\"ping\"}"_s);
            const QDateTime told = QDateTime::fromString(watch.next(u"pong"_s)["timestamp"_L1].toString(), Qt::ISODateWithMs);
            const qint64 off = QDateTime::currentDateTimeUtc().addSecs(hours * 3'600).secsTo(told);
            trial.expect(std::abs(off) < 60, u"run: the server's clock was not turned by %1 h"_s.arg(hours));
            const qint64 before = scene.acknowledged();
            pause(5'000); // a heartbeat and its time-out
            trial.expect(scene.acknowledged() > before + 50, u"run: little is acknowledged with the clock at %1 h"_s.arg(hours));
            for (const auto &client : scene.clients())
                trial.expect(client->isWelcomed() && client->closeCode() == 0, u"run: %1 lost its connection"_s.arg(client->user()));
        }
        trial.take(scene);
    }
}

} // namespace hearth::test
