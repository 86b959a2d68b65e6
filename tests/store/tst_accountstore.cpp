#include "server/store/sqliteeventstore.h"
#include "tests/store/accountstorecontract.h"

#include <QCoreApplication>
#include <QTemporaryDir>

using namespace hearth;

int main(int argc, char **argv)
{
    qputenv("QT_NO_GLIB", "1");
    QCoreApplication app(argc, argv);
    QTemporaryDir root;
    int count = 0;
    const auto open = [&](StoreState *state) -> std::unique_ptr<EventStore> {
        auto store = SqliteEventStore::open({ .directory = root.filePath(QString::number(count)), .sync = SqliteSettings::Sync::Normal }, state);
        return store ? *std::move(store) : nullptr;
    };
    test::AccountStoreContract onDisk(open, [&count] { ++count; });
    return QTest::qExec(&onDisk, argc, argv);
}
