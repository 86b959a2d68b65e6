#include "tests/faults/scene.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>

namespace hearth::test {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int RestMs = 30'000; ///< for the last messages and the last page

} // namespace

void pause(int milliseconds) { QTest::qWait(milliseconds); }

bool waitFor(const std::function<bool()> &holds, int mostMs) { return QTest::qWaitFor(holds, mostMs); }

Scene::Scene(const QString &program, quint32 seed, const QByteArray &configuration)
    : m_server(program, m_directory.filePath(u"data"_s)), m_seed(seed)
{
    QFile file(path(u"hearth.ini"_s));
    if (!file.open(QIODevice::WriteOnly))
        qFatal("no temporary directory");
    file.write("[limits]\nmessages_burst = 0\nmessages_per_second = 0\nrequests_burst = 0\nrequests_per_second = 0\n" + configuration);
}

Scene::~Scene() = default;

bool Scene::start()
{
    if (!m_server.start({ u"--config"_s, path(u"hearth.ini"_s), u"--log-level"_s, u"warning"_s }))
        return false;
    if (m_clientUrl.isEmpty())
        m_clientUrl = m_server.url();
    return true;
}

bool Scene::populate(int count, bool breaksOff)
{
    for (int i = 0; i < count; ++i) {
        const QString user = u"u%1"_s.arg(i);
        m_clients.push_back(std::make_unique<JournalClient>(JournalClient::Settings {
            .url = m_clientUrl, .user = user, .journalFile = path(user + ".jsonl"_L1), .seed = m_seed + static_cast<quint32>(i),
            .breaksOff = breaksOff, .wanders = i > 1 }));
        m_clients.back()->open();
    }
    if (awaitAll() < 0)
        return false;
    client(0).createRoom(u"ops"_s, u"public"_s);
    client(0).createRoom(u"den"_s, u"private"_s);
    if (!waitFor([this] { return client(0).isMember(u"den"_s) && client(0).isMember(u"ops"_s); }, 10'000))
        return false;
    if (count > 1)
        client(0).invite(u"den"_s, client(1).user());
    for (int i = 1; i < count; ++i)
        client(static_cast<size_t>(i)).join(u"ops"_s);
    return waitFor([this] {
        return std::all_of(m_clients.begin(), m_clients.end(), [](const auto &each) { return each->isMember(u"ops"_s) && each->isIdle(); });
    }, 10'000);
}

void Scene::work(int pauseMs)
{
    for (const auto &each : m_clients)
        each->work(pauseMs);
}

qint64 Scene::awaitAll(int mostMs)
{
    QElapsedTimer clock;
    clock.start();
    const bool came = waitFor([this] {
        return std::all_of(m_clients.begin(), m_clients.end(), [](const auto &each) { return each->isWelcomed(); });
    }, mostMs);
    return came ? clock.elapsed() : -1;
}

qint64 Scene::acknowledged() const
{
    qint64 sum = 0;
    for (const auto &each : m_clients)
        sum += each->acknowledged();
    return sum;
}

bool Scene::awaitEach(bool (JournalClient::*is)() const)
{
    return waitFor([this, is] {
        return std::all_of(m_clients.begin(), m_clients.end(), [is](const auto &each) { return (each.get()->*is)(); });
    }, RestMs);
}

bool Scene::rest()
{
    for (const auto &each : m_clients)
        each->rest();
    return awaitEach(&JournalClient::isIdle);
}

Verdict Scene::finish()
{
    if (!rest())
        violate(u"1 run: not everything was acknowledged %1 s after the load"_s.arg(RestMs / 1'000));
    for (const auto &each : m_clients)
        each->settle();
    if (!awaitEach(&JournalClient::isSettled) || !awaitEach(&JournalClient::isIdle))
        violate(u"2 run: not everybody has caught up %1 s after the load"_s.arg(RestMs / 1'000));
    if (const int code = m_server.terminate(); code != 0)
        violate(u"run: the server ended with %1: %2"_s.arg(code).arg(m_server.errors().right(500)));
    QList<ClientJournal> journals = m_others;
    for (const auto &each : m_clients)
        journals.append({ each->user(), readJournal(each->journalFile()), {} });
    if (const auto log = readStoredLog(dataPath()))
        m_verdict.add(check(journals, *log));
    else
        violate(u"run: "_s + log.error());
    if (!m_verdict.violations.isEmpty() && m_keepsFiles) {
        m_directory.setAutoRemove(false);
        violate(u"(the journals and the database are in %1)"_s.arg(m_directory.path()));
    }
    return m_verdict;
}

} // namespace hearth::test
