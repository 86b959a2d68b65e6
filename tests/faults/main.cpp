// test-faults: does to real servers and clients what happens to them, and lets the checker judge. See
// docs/reliability.md; scripts/test-faults runs it.

#include "tests/faults/trial.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QElapsedTimer>

#include <algorithm>
#include <cstdio>

using namespace hearth::test;
using namespace Qt::Literals::StringLiterals;

namespace {

const std::vector<Fault> Faults {
    { "kill-server", killServer, 15, 100 },     { "terminate", terminateServer, 2, 10 },
    { "suspend-server", suspendServer, 0, 1 },  { "restart-500", restartUnderMany, 1, 3 },
    { "descriptors", exhaustDescriptors, 1, 3 }, { "clock", turnClock, 1, 3 },
    { "disk-full", fillDisk, 1, 5 },            { "lock-held", holdLock, 1, 2 },
    { "sync-order", watchSyncs, 1, 2 },         { "damaged", damageDirectory, 1, 5 },
    { "kill-client", killClient, 15, 100 },     { "suspend-client", suspendClient, 0, 1 },
    { "network-cut", cutNetwork, 0, 1 },        { "network-slow", slowNetwork, 1, 2 },
    { "network-loss", losePackets, 0, 2 },
};

void print(const QString &line)
{
    std::fputs(qPrintable(line + u'\n'), stdout);
    std::fflush(stdout);
}

struct Row
{
    QString fault;
    Trial trial;
    qint64 seconds;
};

void printTable(const std::vector<Row> &rows)
{
    print(u"\n| fault | runs | acknowledged | lost | doubled | longest recovery | violations |\n|---|---|---|---|---|---|---|"_s);
    for (const Row &row : rows) {
        const Trial &trial = row.trial;
        if (!trial.skipped.isEmpty()) {
            print(u"| %1 | skipped: %2 | | | | | |"_s.arg(row.fault, trial.skipped));
            continue;
        }
        const QString recovery = trial.longestRecoveryMs < 0 ? u"–"_s : u"%1 s"_s.arg(double(trial.longestRecoveryMs) / 1'000, 0, 'f', 2);
        print(u"| %1 | %2 | %3 | %4 | %5 | %6 | %7 |"_s.arg(row.fault).arg(trial.runs).arg(trial.verdict.acknowledged)
                  .arg(trial.verdict.lost).arg(trial.verdict.doubled).arg(recovery).arg(trial.verdict.violations.size()));
    }
}

} // namespace

int main(int argc, char **argv)
{
    qputenv("QT_NO_GLIB", "1");
    QCoreApplication app(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addOption({ u"seed"_s, u"Of all that is random; printed at the start."_s, u"N"_s });
    parser.addOption({ u"quick"_s, u"The selection for every day: a few minutes."_s });
    parser.addOption({ u"list"_s, u"Prints the names of the faults."_s });
    parser.addPositionalArgument(u"fault"_s, u"Only these; all of them otherwise."_s, u"[fault…]"_s);
    parser.process(app);
    QStringList names;
    for (const Fault &fault : Faults)
        names.append(QString::fromLatin1(fault.name));
    if (parser.isSet(u"list"_s)) {
        print(names.join(u'\n'));
        return 0;
    }
    const QStringList wanted = parser.positionalArguments();
    bool isNumber = true;
    const quint32 seed = parser.isSet(u"seed"_s) ? parser.value(u"seed"_s).toUInt(&isNumber) : QRandomGenerator::global()->generate();
    const bool isKnown = std::all_of(wanted.begin(), wanted.end(), [&names](const QString &name) { return names.contains(name); });
    if (!isNumber || !isKnown) {
        print(u"The faults are: "_s + names.join(u' '));
        return 2;
    }
    print(u"seed %1"_s.arg(seed));
    std::vector<Row> rows;
    bool isGood = true;
    for (size_t i = 0; i < Faults.size(); ++i) {
        const Fault &fault = Faults[i];
        const int times = parser.isSet(u"quick"_s) ? fault.quickTimes : fault.times;
        if (wanted.isEmpty() ? times == 0 : !wanted.contains(names[qsizetype(i)]))
            continue;
        QElapsedTimer clock;
        clock.start();
        // Each fault has a seed of its own, so that it does the same alone.
        Trial trial(seed + static_cast<quint32>(i) * 1'000, std::max(times, 1));
        fault.run(trial);
        for (const QString &violation : std::as_const(trial.verdict.violations))
            print(u"  VIOLATED "_s + violation);
        for (const QString &remark : std::as_const(trial.remarks))
            print(u"  "_s + remark);
        const QString end = !trial.skipped.isEmpty() ? u"skipped: "_s + trial.skipped : trial.verdict.violations.isEmpty() ? u"good"_s : u"BAD"_s;
        print(u"%1 %2 (%3 s)"_s.arg(names[qsizetype(i)], -15).arg(end).arg(clock.elapsed() / 1'000));
        isGood = isGood && trial.verdict.violations.isEmpty();
        rows.push_back({ names[qsizetype(i)], std::move(trial), clock.elapsed() / 1'000 });
    }
    printTable(rows);
    print(isGood ? u"\nNothing was violated. (seed %1)"_s.arg(seed) : u"\nVIOLATED: see above. Again with --seed %1"_s.arg(seed));
    return isGood ? 0 : 1;
}
