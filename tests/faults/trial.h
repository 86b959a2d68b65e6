#pragma once

#include "tests/faults/scene.h"

#include <QRandomGenerator>

namespace hearth::test {

/// One fault's turn: how often and with what seed; what came of it.
struct Trial
{
    Trial(quint32 randomSeed, int howOften) : random(randomSeed), times(howOften) { }

    QRandomGenerator random;
    int times = 1;
    int runs = 0;
    Verdict verdict;
    qint64 longestRecoveryMs = -1; ///< -1: nothing to recover from
    QStringList remarks; ///< what was measured
    QString skipped; ///< why it could not be done here

    [[nodiscard]] quint32 seed() { return random.generate(); }
    [[nodiscard]] int below(int bound) { return random.bounded(bound); }
    void recovered(qint64 ms) { longestRecoveryMs = std::max(longestRecoveryMs, ms); }
    void violate(const QString &text) { verdict.violations.append(text); }
    /// Fails the trial unless `holds`.
    void expect(bool holds, const QString &otherwise)
    {
        if (!holds)
            violate(otherwise);
    }
    void take(Scene &scene) { verdict.add(scene.finish()); }
};

/// A fault, and how often it is tried: in `--quick`, and otherwise. 0: not in that selection.
struct Fault
{
    const char *name;
    void (*run)(Trial &trial);
    int quickTimes;
    int times;
};

// Of the server and its machine.
void killServer(Trial &trial);
void terminateServer(Trial &trial);
void suspendServer(Trial &trial);
void restartUnderMany(Trial &trial);
void exhaustDescriptors(Trial &trial);
void turnClock(Trial &trial);
// Of the store.
void fillDisk(Trial &trial);
void holdLock(Trial &trial);
void watchSyncs(Trial &trial);
void damageDirectory(Trial &trial);
// Of clients and what lies between.
void killClient(Trial &trial);
void suspendClient(Trial &trial);
void cutNetwork(Trial &trial);
void slowNetwork(Trial &trial);
void losePackets(Trial &trial);

} // namespace hearth::test
