#pragma once

#include "server/store/sqliteeventstore.h"

#include <QCoreApplication>
#include <QTemporaryDir>
#include <QTest>

namespace hearth::test {

/// A store in a directory, or in memory (`:memory:`), that stamps everything with `now`, where it is given. Null when it cannot be
/// opened.
[[nodiscard]] inline std::unique_ptr<EventStore> openSqlite(const QString &directory, StoreState *state = nullptr, const QDateTime &now = {})
{
    // Syncing is not what these tests are about, and costs a second a function on a slow disk.
    SqliteSettings settings { .directory = directory, .sync = SqliteSettings::Sync::Normal };
    if (now.isValid())
        settings.now = [now] { return now; };
    auto store = SqliteEventStore::open(settings, state);
    return store ? *std::move(store) : nullptr;
}

/// The main() of a test of a store: its contract on disk and in memory, a store of its own for each function, then `more` tests.
template <typename Contract>
[[nodiscard]] int runStoreTests(int argc, char **argv, const QList<QObject *> &more = {})
{
    qputenv("QT_NO_GLIB", "1");
    QCoreApplication app(argc, argv);
    QTemporaryDir root;
    int count = 0;
    Contract onDisk([&] { return openSqlite(root.filePath(QString::number(++count))); });
    Contract inMemory([] { return openSqlite(QStringLiteral(":memory:")); });
    onDisk.setObjectName(QStringLiteral("on disk"));
    int result = QTest::qExec(&onDisk, argc, argv) + QTest::qExec(&inMemory, argc, argv);
    for (QObject *test : more)
        result += QTest::qExec(test, argc, argv);
    return result;
}

} // namespace hearth::test
