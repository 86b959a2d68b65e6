#include "server/store/sqliteeventstore.h"
#include "tests/store/eventstorecontract.h"

#include <QCoreApplication>
#include <QTemporaryDir>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

std::unique_ptr<EventStore> openSqlite(const QString &directory)
{
    // Syncing is not what the contract is about, and costs a second a function on a slow disk.
    auto store = SqliteEventStore::open({ .directory = directory, .sync = SqliteSettings::Sync::Normal }, nullptr);
    return store ? *std::move(store) : nullptr;
}

} // namespace

int main(int argc, char **argv)
{
    qputenv("QT_NO_GLIB", "1");
    QCoreApplication app(argc, argv);
    QTemporaryDir root;
    int count = 0;
    test::EventStoreContract onDisk([&] { return openSqlite(root.filePath(QString::number(++count))); });
    test::EventStoreContract inMemory([] { return openSqlite(u":memory:"_s); });
    onDisk.setObjectName(u"on disk"_s);
    const int diskResult = QTest::qExec(&onDisk, argc, argv);
    return diskResult + QTest::qExec(&inMemory, argc, argv);
}
