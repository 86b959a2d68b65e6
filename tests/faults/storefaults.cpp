#include "server/store/database.h"
#include "tests/faults/trial.h"

#include <QCryptographicHash>
#include <QDir>
#include <QElapsedTimer>
#include <QRegularExpression>

#include <algorithm>

namespace hearth::test {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QString Hearthd = QStringLiteral(HEARTHD);

/// Writes until there is no room.
void fill(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly | QIODevice::Append | QIODevice::Unbuffered))
        return;
    for (const qsizetype size : { 65'536, 4'096, 1 }) {
        while (file.write(QByteArray(size, 'x')) == size) { }
    }
}

/// What a file or a directory's files hold, by name.
QMap<QString, QByteArray> hashes(const QString &directory)
{
    QMap<QString, QByteArray> result;
    const QDir dir(directory);
    for (const QString &name : dir.entryList(QDir::Files)) {
        if (name == "hearth.lock"_L1)
            continue;
        QFile file(dir.filePath(name));
        if (file.open(QIODevice::ReadOnly))
            result.insert(name, QCryptographicHash::hash(file.readAll(), QCryptographicHash::Sha256));
    }
    return result;
}

void copyDirectory(const QString &from, const QString &to)
{
    QDir().mkpath(to);
    for (const QString &name : QDir(from).entryList(QDir::Files))
        QFile::copy(from + u'/' + name, to + u'/' + name);
}

QByteArray readAll(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void writeAll(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate) || file.write(bytes) != bytes.size())
        qFatal("cannot write %s", qPrintable(path));
}

/// A hearthd at `directory` goes at once: exit code 1, one line, all files as they were.
void expectRefusal(Trial &trial, const QString &what, const QString &directory, const QString &words, const QStringList &before = {})
{
    const auto earlier = hashes(directory);
    QStringList command = before + QStringList { Hearthd, u"--bind"_s, u"127.0.0.1"_s, u"--no-discovery"_s, u"--port"_s, u"0"_s, u"--data"_s, directory };
    const QString program = command.takeFirst();
    const Ended ended = run(program, command);
    trial.expect(ended.code == 1, u"run: %1: ended with %2"_s.arg(what).arg(ended.code));
    trial.expect(ended.errors.count(u'\n') == 1 && ended.errors.contains(words), u"run: %1: said \"%2\""_s.arg(what, ended.errors.trimmed()));
    trial.expect(ended.output.isEmpty(), u"run: %1: said it listens"_s.arg(what));
    trial.expect(hashes(directory) == earlier, u"run: %1: the files were touched"_s.arg(what));
}

/// In what strace wrote: the messages whose acknowledgement left before a sync of the write-ahead log had returned since
/// the acknowledgement before it. Messages were posted one at a time.
struct Order
{
    int acks = 0;
    int early = 0;
};
Order orderIn(const QByteArray &trace)
{
    Order order;
    QSet<QByteArray> syncing; // threads
    bool isSynced = false;
    for (const QByteArray &line : trace.split('\n')) {
        const QByteArray thread = line.left(line.indexOf(' '));
        if (line.contains("fdatasync(") && line.contains("hearth.db-wal")) {
            if (line.contains("<unfinished"))
                syncing.insert(thread);
            else
                isSynced = isSynced || line.contains("= 0");
        } else if (line.contains("fdatasync resumed") && syncing.remove(thread)) {
            isSynced = isSynced || line.contains("= 0");
        } else if (line.contains("send") && line.contains(R"(\"type\":\"ack\")") && line.contains(R"(\"client_id\")")) {
            ++order.acks;
            order.early += isSynced ? 0 : 1;
            isSynced = false;
        }
    }
    return order;
}

std::optional<Order> traced(Trial &trial, const QByteArray &configuration)
{
    constexpr int Messages = 40;
    Scene scene(Hearthd, trial.seed(), configuration);
    if (!scene.start() || !scene.populate(1, false)) {
        trial.violate(u"run: the server or its client did not start"_s);
        return std::nullopt;
    }
    QProcess strace;
    strace.start(u"strace"_s, { u"-f"_s, u"-y"_s, u"-s"_s, u"600"_s, u"-e"_s, u"trace=fdatasync,sendmsg,sendto,write,writev"_s, u"-o"_s,
                                scene.path(u"trace"_s), u"-p"_s, QString::number(scene.server().pid()) });
    if (!strace.waitForStarted()) {
        trial.skipped = u"strace is not installed"_s;
        return std::nullopt;
    }
    QByteArray said;
    if (!waitFor([&] { return (said += strace.readAllStandardError()).contains("attached") || strace.state() == QProcess::NotRunning; }, 5'000)
        || !said.contains("attached")) {
        trial.skipped = u"strace may not attach here"_s;
        return std::nullopt;
    }
    for (int i = 0; i < Messages; ++i) {
        const qint64 before = scene.acknowledged();
        scene.client(0).post(u"lobby"_s);
        if (!waitFor([&] { return scene.acknowledged() > before; }, 5'000))
            trial.violate(u"run: message %1 was not acknowledged"_s.arg(i));
    }
    trial.take(scene);
    strace.waitForFinished();
    const Order order = orderIn(readAll(scene.path(u"trace"_s)));
    trial.expect(order.acks == Messages, u"run: %1 acknowledgements in the trace of %2 messages"_s.arg(order.acks).arg(Messages));
    return order;
}

} // namespace

void fillDisk(Trial &trial)
{
    for (; trial.runs < trial.times; ++trial.runs) {
        Scene scene(Hearthd, trial.seed());
        QDir().mkpath(scene.dataPath());
        if (run(u"mount"_s, { u"-t"_s, u"tmpfs"_s, u"-o"_s, u"size=4m"_s, u"tmpfs"_s, scene.dataPath() }).code != 0) {
            trial.skipped = u"mounting a tmpfs is not allowed here"_s;
            return;
        }
        struct Unmount
        {
            QString path;
            ~Unmount() { (void)run(u"umount"_s, { u"-l"_s, path }); }
        } unmount { scene.dataPath() };
        if (!scene.start() || !scene.populate(3, false)) {
            trial.violate(u"run: the server or its clients did not start"_s);
            return;
        }
        scene.work();
        pause(300 + trial.below(300));
        const QString ballast = scene.dataPath() + "/ballast"_L1;
        fill(ballast);
        trial.expect(waitFor([&] { fill(ballast); return scene.client(0).lastError() == "storage_full"_L1; }, 10'000),
                     u"run: a full disk was not answered with storage_full"_s);
        pause(300);
        fill(ballast);
        const qint64 before = scene.acknowledged();
        int pages = 0;
        for (int i = 0; i < 20; ++i) {
            scene.client(0).look(u"lobby"_s, [&pages](qsizetype messages) { pages += messages > 0 ? 1 : 0; });
            pause(50);
        }
        trial.remarks.append(u"%1 messages acknowledged in a second with a full disk"_s.arg(scene.acknowledged() - before));
        trial.expect(pages > 15, u"run: %1 of 20 pages of history came while the disk was full"_s.arg(pages));
        QElapsedTimer clock;
        clock.start();
        QFile::remove(ballast);
        const qint64 full = scene.acknowledged();
        trial.expect(waitFor([&] { return scene.acknowledged() > full; }, 5'000), u"run: nothing is acknowledged 5 s after there was room again"_s);
        trial.recovered(clock.elapsed());
        pause(300);
        trial.take(scene);
    }
}

void holdLock(Trial &trial)
{
    constexpr int HoldMs = 10'000;
    constexpr qint64 StallMs = 50;
    for (; trial.runs < trial.times; ++trial.runs) {
        Scene scene(Hearthd, trial.seed());
        if (!scene.start() || !scene.populate(3, false)) {
            trial.violate(u"run: the server or its clients did not start"_s);
            return;
        }
        scene.work(20);
        pause(500);
        std::vector<qint64> answers;
        qint64 ownLag = 0; // of this program's own event loop, which is in every answer's time
        {
            Database other(scene.dataPath() + "/hearth.db"_L1, Database::Mode::ReadWrite, 5s);
            other.execute(u"BEGIN IMMEDIATE"_s);
            QElapsedTimer held;
            held.start();
            while (held.elapsed() < HoldMs) {
                // Of one who leaves and joins nothing: behind those, requests wait.
                scene.client(0).ping([&answers](qint64 ms) { answers.push_back(ms); });
                QElapsedTimer turn;
                turn.start();
                pause(20);
                ownLag = std::max(ownLag, turn.elapsed() - 20);
            }
            other.execute(u"ROLLBACK"_s);
        }
        QElapsedTimer clock;
        clock.start();
        const qint64 before = scene.acknowledged();
        trial.expect(waitFor([&] { return scene.acknowledged() > before; }, 10'000), u"run: nothing is acknowledged after the lock was given back"_s);
        trial.recovered(clock.elapsed());
        std::sort(answers.begin(), answers.end());
        if (answers.size() < 100) {
            trial.violate(u"run: only %1 of the pings were answered while the lock was held"_s.arg(answers.size()));
        } else {
            const qint64 longest = answers.back();
            trial.remarks.append(u"%1 pings while the lock was held: median %2 ms, longest %3 ms (this program's own lag: %4 ms)"_s
                                     .arg(answers.size()).arg(answers[answers.size() / 2]).arg(longest).arg(ownLag));
            trial.expect(longest <= StallMs + ownLag, u"run: the event loop stood still for %1 ms"_s.arg(longest));
        }
        trial.take(scene);
    }
}

void watchSyncs(Trial &trial)
{
    for (; trial.runs < trial.times; ++trial.runs) {
        const auto order = traced(trial, {});
        if (!order)
            return;
        trial.expect(order->early == 0, u"run: %1 of %2 acknowledgements left before their sync"_s.arg(order->early).arg(order->acks));
        // That this can fail: without syncs, every one leaves early.
        const auto loose = traced(trial, "[store]\nsync = normal\n");
        if (!loose)
            return;
        trial.expect(loose->early > loose->acks / 2, u"run: the trace of a server that does not sync looks the same"_s);
        trial.remarks.append(u"%1 acknowledgements, each after the fdatasync of its commit; with sync = normal, %2 of %3 are not"_s
                                 .arg(order->acks).arg(loose->early).arg(loose->acks));
    }
}

void damageDirectory(Trial &trial)
{
    Scene scene(Hearthd, trial.seed());
    if (!scene.start() || !scene.populate(2)) {
        trial.violate(u"run: the server or its clients did not start"_s);
        return;
    }
    scene.work();
    pause(1'000);
    trial.expect(scene.rest(), u"run: the clients do not come to rest"_s); // who is there goes on writing otherwise
    expectRefusal(trial, u"locked"_s, scene.dataPath(), u"is in use by another Hearth server"_s);
    trial.take(scene);
    const QByteArray good = readAll(scene.dataPath() + "/hearth.db"_L1);
    int made = 0;
    const auto directoryWith = [&](const QByteArray &bytes) {
        const QString directory = scene.path(u"copy%1"_s.arg(++made));
        copyDirectory(scene.dataPath(), directory);
        writeAll(directory + "/hearth.db"_L1, bytes);
        return directory;
    };
    for (; trial.runs < trial.times; ++trial.runs) {
        expectRefusal(trial, u"truncated"_s, directoryWith(good.first(1 + trial.below(static_cast<int>(good.size()) - 1))), u"It was left as it is."_s);
        QByteArray flipped = good;
        const qsizetype at = flipped.indexOf(" says "); // in the text of a message
        flipped[at + 1 + trial.below(4)] = static_cast<char>(flipped[at + 1] ^ (1 << trial.below(7)));
        expectRefusal(trial, u"flipped"_s, directoryWith(flipped), u"It was left as it is."_s);
        QByteArray newer = good;
        newer[63] = 99; // the last byte of PRAGMA user_version
        expectRefusal(trial, u"newer"_s, directoryWith(newer), u"was written by a newer Hearth"_s);
        expectRefusal(trial, u"no database"_s, directoryWith("Dear diary,\n" + good.sliced(12)), u"It was left as it is."_s);
    }
    if (run(u"setpriv"_s, { u"--reuid=65534"_s, u"--clear-groups"_s, u"true"_s }).code != 0) {
        trial.remarks.append(u"read-only: skipped, this user cannot become another one"_s);
        return;
    }
    const QString readOnly = directoryWith(good);
    (void)run(u"chmod"_s, { u"-R"_s, u"a+rX,a-w"_s, readOnly });
    (void)run(u"chmod"_s, { u"a+x"_s, QFileInfo(readOnly).path() });
    expectRefusal(trial, u"read-only"_s, readOnly, u"cannot be written to"_s, { u"setpriv"_s, u"--reuid=65534"_s, u"--clear-groups"_s });
}

} // namespace hearth::test
