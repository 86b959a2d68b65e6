#pragma once

#include <QDir>
#include <QFile>

#include <sys/resource.h>
#include <unistd.h>

namespace hearth::test {

/// The threads of this process, as Linux tells them.
inline QStringList threadIds() { return QDir(QStringLiteral("/proc/self/task")).entryList(QDir::Dirs | QDir::NoDotAndDotDot); }

inline int ownNice() { return ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid())); }

inline QList<int> niceValues()
{
    QList<int> values;
    for (const QString &thread : threadIds())
        values.append(::getpriority(PRIO_PROCESS, thread.toUInt()));
    return values;
}

/// How often the ticker's thread (PreemptionTicker) went to sleep by itself; -1 when there is none.
inline int ticks()
{
    for (const QString &thread : threadIds()) {
        QFile status(QStringLiteral("/proc/self/task/%1/status").arg(thread));
        if (!status.open(QIODevice::ReadOnly))
            continue;
        const QByteArray text = status.readAll();
        constexpr QByteArrayView Key = "\nvoluntary_ctxt_switches:";
        if (text.startsWith("Name:\tticker\n"))
            return text.mid(text.indexOf(Key) + Key.size()).split('\n').first().trimmed().toInt();
    }
    return -1;
}

/// Whether there is a ticker, and it does nothing for a hundred readings, which take several of its periods.
inline bool tickerRests()
{
    const int before = ticks();
    for (int i = 0; i < 100; ++i) {
        if (ticks() != before)
            return false;
    }
    return before >= 0;
}

/// Whether there is a ticker, and it ticks.
inline bool tickerTicks()
{
    const int before = ticks();
    for (int i = 0; i < 100; ++i) {
        if (ticks() > before + 3)
            return before >= 0;
    }
    return false;
}

} // namespace hearth::test
